// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class   vtkNeuralVolumeCuller
 * @brief   brings a renderer's volumes into the order in which they hide each other
 *
 * Volumes, ordinary ones too, are drawn from back to front. Those whose bounds do not overlap are so in the right
 * order, wherever the camera stands; others follow by the distance of their middles. Neural volumes that overlap, with
 * no ordinary volume between them, are drawn together by vtkNeuralVolumeMapper, so are all that are drawn between the
 * layers of translucent surfaces. Nothing is culled.
 *
 * Add one to a renderer, after all other cullers.
 */

#ifndef vtkNeuralVolumeCuller_h
#define vtkNeuralVolumeCuller_h

#include "vtkCuller.h"
#include "vtkNeuralVolumeRenderingModule.h" // for export macro

class VTKNEURALVOLUMERENDERING_EXPORT vtkNeuralVolumeCuller : public vtkCuller
{
public:
  static vtkNeuralVolumeCuller* New();
  vtkTypeMacro(vtkNeuralVolumeCuller, vtkCuller);

  double Cull(vtkRenderer* renderer, vtkProp** props, int& count, int& initialized) override;

protected:
  vtkNeuralVolumeCuller() = default;
  ~vtkNeuralVolumeCuller() override = default;

private:
  vtkNeuralVolumeCuller(const vtkNeuralVolumeCuller&) = delete;
  void operator=(const vtkNeuralVolumeCuller&) = delete;
};

#endif
