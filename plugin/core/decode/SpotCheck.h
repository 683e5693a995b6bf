// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "decode/Decode.h"

#include <cstddef>
#include <functional>

namespace neuralvolume
{

/// A component of one of a region's samples, which are counted x fastest.
using ValueReader = std::function<double(std::size_t sample, std::size_t component)>;

/// Whether values are those that a model decodes to, judged by a few samples that are as far apart as the region's
/// values are: tells the values of a model from those computed from them. Throws as Decode does.
bool AreDecoded(const Model& model, const Evaluator& evaluator, const Region& region, const ValueReader& values);

} // namespace neuralvolume
