// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class   vtkNeuralPictureInformation
 * @brief   whether the processes that draw a vtkNeuralVolumeRepresentation have all come to an end
 */

#ifndef vtkNeuralPictureInformation_h
#define vtkNeuralPictureInformation_h

#include "vtkNeuralVolumeRemotingModule.h" // for export macro
#include "vtkPVInformation.h"

class VTKNEURALVOLUMEREMOTING_EXPORT vtkNeuralPictureInformation : public vtkPVInformation
{
public:
  static vtkNeuralPictureInformation* New();
  vtkTypeMacro(vtkNeuralPictureInformation, vtkPVInformation);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  bool IsComplete() const { return this->Complete; }

  void CopyFromObject(vtkObject* representation) override;
  void AddInformation(vtkPVInformation* other) override;
  void CopyToStream(vtkClientServerStream* stream) override;
  void CopyFromStream(const vtkClientServerStream* stream) override;

protected:
  vtkNeuralPictureInformation() = default;
  ~vtkNeuralPictureInformation() override = default;

private:
  vtkNeuralPictureInformation(const vtkNeuralPictureInformation&) = delete;
  void operator=(const vtkNeuralPictureInformation&) = delete;

  bool Complete = true;
};

#endif
