// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class   vtkNeuralVolumeRepresentation
 * @brief   shows an image that carries a model as a volume drawn from the network
 *
 * Of the image only its geometry and the bytes of the model are used and delivered to the processes that draw,
 * server or client. With several processes each one draws its part: its piece of the image, or, where the whole
 * image is on all of them, a piece that it takes by itself.
 *
 * Properties, cropping and colour are those of ParaView's own volume representation.
 */

#ifndef vtkNeuralVolumeRepresentation_h
#define vtkNeuralVolumeRepresentation_h

#include "vtkImageVolumeRepresentation.h"
#include "vtkNeuralVolumeRemotingModule.h" // for export macro

#include <string> // for std::string

class vtkImageData;
class vtkNeuralVolumeMapper;
class vtkPolyData;

namespace neuralvolume
{
struct Selection;
}

class VTKNEURALVOLUMEREMOTING_EXPORT vtkNeuralVolumeRepresentation : public vtkImageVolumeRepresentation
{
public:
  static vtkNeuralVolumeRepresentation* New();
  vtkTypeMacro(vtkNeuralVolumeRepresentation, vtkImageVolumeRepresentation);

  int ProcessViewRequest(vtkInformationRequestKey* request, vtkInformation* in, vtkInformation* out) override;

  using vtkAlgorithm::SetInputArrayToProcess;
  void SetInputArrayToProcess(int index, int port, int connection, int association, const char* name) override;

  /**
   * One of vtkVolumeMapper::BlendModes. In place of composite blending there may be an intensity projection, which is
   * one of them, too: maximum, minimum or average intensity, or additive.
   */
  void SetBlendMode(int mode);
  void SetIntensityProjection(int mode);

  ///@{
  /**
   * Forwarded to the mapper, vtkNeuralVolumeMapper.
   */
  void SetInteractiveFrameRate(double picturesPerSecond);
  void SetSamplingRate(double samplesPerVoxel);
  void SetTimeLimit(double seconds);
  bool IsComplete();
  void SetShadows(int shadows);
  void SetPathTracing(bool on);
  void SetSamplesPerPixel(int samples);
  void SetEnvironmentLight(double light);
  ///@}

protected:
  bool AddToView(vtkView* view) override;

  vtkNeuralVolumeRepresentation();
  ~vtkNeuralVolumeRepresentation() override;

  int RequestData(vtkInformation* request, vtkInformationVector** inputs, vtkInformationVector* outputs) override;
  void UpdateMapperParameters() override;

private:
  vtkNeuralVolumeRepresentation(const vtkNeuralVolumeRepresentation&) = delete;
  void operator=(const vtkNeuralVolumeRepresentation&) = delete;

  vtkNeuralVolumeMapper* GetMapper();
  /// Another array that is drawn, beside the one of the colours; its name is empty where there is none.
  struct SecondArray
  {
    std::string Name;
    int Association;
    int Component;
  };
  SecondArray GetSecondArray() const;
  neuralvolume::Selection SelectModels(vtkImageData* image);
  void UpdateBlendMode();
  void Complain(const std::string& problem);
  void Show(vtkDataObject* delivered);

  vtkSmartPointer<vtkPolyData> Parcel;  ///< of this process, to be delivered
  double PartBounds[6];                 ///< of the image in it
  vtkSmartPointer<vtkDataObject> Shown; ///< of all delivered ones, what the mapper draws
  int BlendMode = 0;
  int IntensityProjection = 0;
  std::string LastProblem;
};

#endif
