// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkNeuralVolumeRepresentation.h"

#include "vtkNeuralVolume.h"
#include "vtkNeuralVolumeMapper.h"

#include "vtkObjectFactory.h"
#include "vtkPolyDataMapper.h"
#include "vtkVolumeProperty.h"

vtkStandardNewMacro(vtkNeuralVolumeRepresentation);

vtkNeuralVolumeRepresentation::vtkNeuralVolumeRepresentation()
{
  this->VolumeMapper = vtk::TakeSmartPointer(vtkNeuralVolumeMapper::New());
  this->Actor = vtk::TakeSmartPointer(vtkNeuralVolume::New());
  this->Actor->SetProperty(this->Property);
  this->Actor->SetLODMapper(this->OutlineMapper);
}
