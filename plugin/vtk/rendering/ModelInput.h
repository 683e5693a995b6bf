// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Catalog.h"
#include "model/Model.h"
#include "network/Evaluator.h"
#include "render/Renderer.h"

#include "vtkTimeStamp.h"
#include "vtkType.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

class vtkUnsignedCharArray;
class vtkImageData;

namespace neuralvolume
{

/// The arrays of an image that are drawn: the second one gives other values at the same samples. Its name is empty where
/// there is none.
struct ArrayNames
{
  std::string First;
  std::string Second;
  Association Kind = Association::Points;

  friend bool operator==(const ArrayNames&, const ArrayNames&) = default;
};

/// The models of an image's arrays, which travel in its field data; opened once for each change.
class ModelInput
{
public:
  /// Throws std::runtime_error that says why where the image carries no model of an array or a damaged one, or does
  /// not lie where the model lies, or in a part of it.
  void Update(vtkImageData* image, const ArrayNames& names);

  /// Of the first array.
  const Model& GetModel() const { return this->First->Content; }
  ScalarSource GetScalar(int component) const;
  /// component: beyond the last one, the magnitude.
  std::optional<ScalarSource> GetSecond(int component) const;

  /// Lives as long as the models are open.
  neuralvolume::Renderer& GetRenderer() { return *this->Renderer; }
  /// Who has begun the renderer's picture.
  const void* GetPainter() const { return this->Painter; }
  void SetPainter(const void* painter) { this->Painter = painter; }
  /// When they were opened.
  vtkMTimeType GetMTime() const { return this->Time.GetMTime(); }

private:
  struct OpenModel
  {
    explicit OpenModel(std::span<const std::byte> bytes);
    bool IsOf(const CatalogEntry& entry) const;

    std::vector<std::byte> Bytes;
    Model Content;
    std::unique_ptr<neuralvolume::Evaluator> Evaluator;
  };

  void Open(vtkUnsignedCharArray* bytes);
  void Open(const std::vector<CatalogEntry>& catalog);
  void Close();

  const vtkUnsignedCharArray* Bytes = nullptr;
  vtkMTimeType BytesTime = 0;
  ArrayNames Names;
  std::unique_ptr<OpenModel> First;
  std::unique_ptr<OpenModel> Second;
  std::unique_ptr<neuralvolume::Renderer> Renderer;
  const void* Painter = nullptr;
  vtkTimeStamp Time;
  std::string Problem; ///< why there is no renderer
};

} // namespace neuralvolume
