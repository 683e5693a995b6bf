// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "render/ValidSamples.h"

#include <stdexcept>
#include <string>

namespace neuralvolume
{

ValidSamples::ValidSamples(const Model& model)
  : Invalid(model.Invalid.empty() ? nullptr : model.Invalid.data())
  , Dimensions(model.GetDimensions())
{
  const auto [x, y, z] = this->Dimensions;
  const std::size_t bytes = (std::size_t(x) * y * z + 7) / 8;
  if (this->Invalid != nullptr && model.Invalid.size() < bytes)
  {
    throw std::invalid_argument("the model's mask of invalid samples has " + std::to_string(model.Invalid.size()) +
                                " bytes; " + std::to_string(bytes) + " are needed");
  }
}

} // namespace neuralvolume
