// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class   vtkNeuralVolume
 * @brief   the actor of vtkNeuralVolumeRepresentation
 *
 * With translucent geometry in the view ParaView draws volumes within depth peeling, once for each peel,
 * into buffers that only its own volume mapper understands. This actor waits until the peels are
 * blended and draws over them: translucent surfaces count as behind the volume.
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
  void PrintSelf(ostream& os, vtkIndent indent) override;

  int RenderVolumetricGeometry(vtkViewport* viewport) override;
  int RenderOverlay(vtkViewport* viewport) override;

protected:
  vtkNeuralVolume() = default;
  ~vtkNeuralVolume() override = default;

private:
  vtkNeuralVolume(const vtkNeuralVolume&) = delete;
  void operator=(const vtkNeuralVolume&) = delete;

  bool IsBeingPeeled();
  int Draw(vtkViewport* viewport);

  bool DrawsOverPeels = false;
};

#endif
