// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class   vtkNeuralVolumeRepresentation
 * @brief   shows an image that carries a model as a volume drawn from the network
 *
 * All but the mapper and the actor is ParaView's own volume representation.
 */

#ifndef vtkNeuralVolumeRepresentation_h
#define vtkNeuralVolumeRepresentation_h

#include "vtkImageVolumeRepresentation.h"
#include "vtkNeuralVolumeRemotingModule.h" // for export macro

class VTKNEURALVOLUMEREMOTING_EXPORT vtkNeuralVolumeRepresentation : public vtkImageVolumeRepresentation
{
public:
  static vtkNeuralVolumeRepresentation* New();
  vtkTypeMacro(vtkNeuralVolumeRepresentation, vtkImageVolumeRepresentation);

protected:
  vtkNeuralVolumeRepresentation();
  ~vtkNeuralVolumeRepresentation() override = default;

private:
  vtkNeuralVolumeRepresentation(const vtkNeuralVolumeRepresentation&) = delete;
  void operator=(const vtkNeuralVolumeRepresentation&) = delete;
};

#endif
