// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"
#include "network/Evaluator.h"
#include "render/Renderer.h"

#include "vtkTimeStamp.h"
#include "vtkType.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

class vtkUnsignedCharArray;
class vtkImageData;

namespace neuralvolume
{

/// The model of one array of an image, which travels in its field data; opened once for each change.
class ModelInput
{
public:
  /// Throws std::runtime_error that says why where the image carries no model of the array or a damaged one, or does
  /// not lie where the model lies, or in a part of it.
  void Update(vtkImageData* image, const std::string& arrayName, Association kind);

  const neuralvolume::Model& GetModel() const { return *this->Model; }
  /// Lives as long as the model is open.
  neuralvolume::Renderer& GetRenderer() { return *this->Renderer; }
  /// Who has begun the renderer's picture.
  const void* GetPainter() const { return this->Painter; }
  void SetPainter(const void* painter) { this->Painter = painter; }
  /// When it was opened.
  vtkMTimeType GetMTime() const { return this->Time.GetMTime(); }

private:
  void Open(vtkUnsignedCharArray* bytes, const std::string& arrayName, Association kind);
  void Close(const std::string& problem);

  const vtkUnsignedCharArray* Bytes = nullptr;
  vtkMTimeType BytesTime = 0;
  std::string ArrayName;
  Association Kind = Association::Points;
  std::vector<std::byte> Opened; ///< the bytes of the model
  std::optional<neuralvolume::Model> Model;
  std::unique_ptr<neuralvolume::Evaluator> Evaluator;
  std::unique_ptr<neuralvolume::Renderer> Renderer;
  const void* Painter = nullptr;
  vtkTimeStamp Time;
  std::string Problem; ///< why there is no renderer
};

} // namespace neuralvolume
