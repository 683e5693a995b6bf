// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class   vtkNeuralVolumeMapper
 * @brief   draws a volume straight from the network that was fitted to it
 *
 * Models' bytes come as the field-data array "NeuralVolume" of the input, a vtkImageData, which needs no other
 * arrays: their values are never read. Drawn is the model of the array that SelectScalarArray and SetScalarMode
 * name. The image must lie where the model does: same origin, spacing and direction, and an extent within the
 * model's, of which that part is drawn. Otherwise, and where the bytes are damaged, nothing is drawn and the reason
 * is given once.
 *
 * Colour, opacity, opacity unit distance, vector mode and component are those of the volume's property;
 * cropping and clipping planes are those of the mapper. Rays end at opaque geometry drawn before.
 *
 * While the window's DesiredUpdateRate is at least 1 per second, pictures are coarser, as much as keeps
 * up with it; all other pictures have full quality.
 */

#ifndef vtkNeuralVolumeMapper_h
#define vtkNeuralVolumeMapper_h

#include "vtkNeuralVolumeRenderingModule.h" // for export macro
#include "vtkVolumeMapper.h"

#include <memory> // for std::unique_ptr

class VTKNEURALVOLUMERENDERING_EXPORT vtkNeuralVolumeMapper : public vtkVolumeMapper
{
public:
  static vtkNeuralVolumeMapper* New();
  vtkTypeMacro(vtkNeuralVolumeMapper, vtkVolumeMapper);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  void Render(vtkRenderer* renderer, vtkVolume* volume) override;
  void ReleaseGraphicsResources(vtkWindow* window) override;

protected:
  vtkNeuralVolumeMapper();
  ~vtkNeuralVolumeMapper() override;

private:
  vtkNeuralVolumeMapper(const vtkNeuralVolumeMapper&) = delete;
  void operator=(const vtkNeuralVolumeMapper&) = delete;

  void Draw(vtkRenderer* renderer, vtkVolume* volume);

  struct Internals;
  std::unique_ptr<Internals> State;
};

#endif
