// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkNeuralPictureInformation.h"

#include "vtkNeuralVolumeRepresentation.h"

#include "vtkClientServerStream.h"
#include "vtkObjectFactory.h"

vtkStandardNewMacro(vtkNeuralPictureInformation);

void vtkNeuralPictureInformation::CopyFromObject(vtkObject* representation)
{
  auto* volume = vtkNeuralVolumeRepresentation::SafeDownCast(representation);
  this->Complete = !volume || volume->IsComplete();
}

void vtkNeuralPictureInformation::AddInformation(vtkPVInformation* other)
{
  auto* picture = vtkNeuralPictureInformation::SafeDownCast(other);
  this->Complete = this->Complete && (!picture || picture->Complete);
}

void vtkNeuralPictureInformation::CopyToStream(vtkClientServerStream* stream)
{
  stream->Reset();
  *stream << vtkClientServerStream::Reply << this->Complete << vtkClientServerStream::End;
}

void vtkNeuralPictureInformation::CopyFromStream(const vtkClientServerStream* stream)
{
  stream->GetArgument(0, 0, &this->Complete);
}

void vtkNeuralPictureInformation::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  os << indent << "Complete: " << this->Complete << "\n";
}
