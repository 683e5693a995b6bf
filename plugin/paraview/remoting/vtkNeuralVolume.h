// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class   vtkNeuralVolume
 * @brief   the actor of vtkNeuralVolumeRepresentation
 */

#ifndef vtkNeuralVolume_h
#define vtkNeuralVolume_h

#include "vtkNeuralVolumeRemotingModule.h" // for export macro
#include "vtkPVLODVolume.h"

class VTKNEURALVOLUMEREMOTING_EXPORT vtkNeuralVolume : public vtkPVLODVolume
{
public:
  static vtkNeuralVolume* New();
  vtkTypeMacro(vtkNeuralVolume, vtkPVLODVolume);

  int RenderVolumetricGeometry(vtkViewport* viewport) override;

protected:
  vtkNeuralVolume() = default;
  ~vtkNeuralVolume() override = default;

private:
  vtkNeuralVolume(const vtkNeuralVolume&) = delete;
  void operator=(const vtkNeuralVolume&) = delete;
};

#endif
