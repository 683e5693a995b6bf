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
 * Colour, opacity, their two-dimensional transfer function, opacity unit distance, vector mode and component are those of the volume's property;
 * cropping and clipping planes are those of the mapper. Rays end at opaque geometry drawn before; with depth peeling for
 * volumes (vtkRenderer::SetUseDepthPeelingForVolumes), translucent surfaces lie in the volume where they are.
 *
 * While the window's DesiredUpdateRate is at least 1 per second, the camera counts as moving, and pictures are as
 * coarse as keeps up with InteractiveFrameRate. Others have full quality, at once, or step by step in pictures of a
 * limited time.
 */

#ifndef vtkNeuralVolumeMapper_h
#define vtkNeuralVolumeMapper_h

#include "vtkNeuralVolumeRenderingModule.h" // for export macro
#include "vtkVolumeMapper.h"

#include <limits> // for std::numeric_limits
#include <memory> // for std::unique_ptr
#include <string> // for std::string

class vtkOpenGLRenderWindow;
class vtkRenderWindow;

namespace neuralvolume
{
struct Canvas;
struct Image;
struct Viewport;
} // namespace neuralvolume

class VTKNEURALVOLUMERENDERING_EXPORT vtkNeuralVolumeMapper : public vtkVolumeMapper
{
public:
  static vtkNeuralVolumeMapper* New();
  vtkTypeMacro(vtkNeuralVolumeMapper, vtkVolumeMapper);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  void Render(vtkRenderer* renderer, vtkVolume* volume) override;

  /**
   * Leaves the drawing to another mapper that is rendered later in the same picture: that one draws both volumes at
   * once, so that they may overlap. Null, the default, for none; vtkNeuralVolumeCuller sets it for each picture.
   */
  void DrawTogetherWith(vtkNeuralVolumeMapper* later);

  void ReleaseGraphicsResources(vtkWindow* window) override;

  ///@{
  /**
   * Pictures per second while the camera moves. Default: 15.
   */
  vtkSetClampMacro(InteractiveFrameRate, double, 1.0, 100.0);
  vtkGetMacro(InteractiveFrameRate, double);
  ///@}

  ///@{
  /**
   * Samples that a ray takes of each voxel, at full quality, along the axis of the closest ones. Default: 1.
   */
  vtkSetClampMacro(SamplingRate, double, 0.1, 100.0);
  vtkGetMacro(SamplingRate, double);
  ///@}

  /**
   * The longest time, in seconds, that each of the next still pictures may take, with all else that is in it; what it
   * leaves out is shown coarsely, and drawn by those that follow while nothing changes. Without a limit, the default,
   * each one is complete.
   */
  void SetTimeLimit(double seconds);

  /**
   * Whether nothing is left to draw of pictures since SetTimeLimit.
   */
  bool IsComplete() const { return this->Complete; }

  ///@{
  /**
   * An array of the same samples that carries a model, too. Its values decide the opacity in place of those of the array
   * that is drawn or, where the property's TransferFunctionMode is TF_2D, are the second coordinate of its
   * two-dimensional transfer function; without one that is the magnitude of the gradient. Default: none.
   */
  vtkSetMacro(SecondArrayName, std::string);
  vtkGetMacro(SecondArrayName, std::string);
  ///@}

  ///@{
  /**
   * A component of the second array; one that it does not have stands for the magnitude of its vectors. Default: 0.
   */
  vtkSetMacro(SecondArrayComponent, int);
  vtkGetMacro(SecondArrayComponent, int);
  ///@}

  /**
   * How far apart VTK's own mappers take samples, by default. They do not correct the opacities of two-dimensional
   * transfer functions for it; so they are taken for those over this length, whatever the property's opacity unit
   * distance is.
   */
  using Superclass::SpacingAdjustedSampleDistance;

  enum ShadowModes
  {
    NO_SHADOWS,
    SINGLE_SHADOW,
    FULL_SHADOWS
  };

  ///@{
  /**
   * Where the volume's property has Shade on: the shadows that the volume throws on itself. None by default; single
   * takes one for each ray, from the sample that contributes most to it, full one for each sample.
   */
  vtkSetClampMacro(Shadows, int, NO_SHADOWS, FULL_SHADOWS);
  vtkGetMacro(Shadows, int);
  ///@}

  ///@{
  /**
   * Follow paths of light, scattered by the volume, instead of marching along rays. Blend mode, shade and shadows do
   * not matter then. Default: off.
   */
  vtkSetMacro(PathTracing, bool);
  vtkGetMacro(PathTracing, bool);
  ///@}

  ///@{
  /**
   * Paths that are followed for a pixel, at most: fewer where its noise is small before. Default: 128.
   */
  vtkSetClampMacro(SamplesPerPixel, int, 1, 1 << 16);
  vtkGetMacro(SamplesPerPixel, int);
  ///@}

  ///@{
  /**
   * White light from all around that traced paths come to, besides the renderer's lights. Default: 0.5.
   */
  vtkSetClampMacro(EnvironmentLight, double, 0.0, 100.0);
  vtkGetMacro(EnvironmentLight, double);
  ///@}

protected:
  vtkNeuralVolumeMapper();
  ~vtkNeuralVolumeMapper() override;

private:
  vtkNeuralVolumeMapper(const vtkNeuralVolumeMapper&) = delete;
  void operator=(const vtkNeuralVolumeMapper&) = delete;

  void Join(vtkRenderer* renderer, vtkVolume* volume);
  void PassOn();
  void Draw(vtkRenderer* renderer, vtkVolume* volume);
  double GetTimeLimit(vtkRenderWindow* window) const;
  void DrawPeel(vtkOpenGLRenderWindow* window, const neuralvolume::Viewport& viewport, vtkVolume* volume);
  const neuralvolume::Image& Paint(neuralvolume::Canvas canvas);

  double InteractiveFrameRate = 15.0;
  double SamplingRate = 1.0;
  double TimeLimit = std::numeric_limits<double>::infinity();
  bool Complete = true;
  std::string SecondArrayName;
  int SecondArrayComponent = 0;
  int Shadows = NO_SHADOWS;
  bool PathTracing = false;
  int SamplesPerPixel = 128;
  double EnvironmentLight = 0.5;
  struct Internals;
  std::unique_ptr<Internals> State;
};

#endif
