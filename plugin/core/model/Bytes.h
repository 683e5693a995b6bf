// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"

#include <cstddef>
#include <span>
#include <vector>

/// A model as one self-describing, versioned, checksummed byte string: docs/file-format.md.
namespace neuralvolume
{

/// Throws std::invalid_argument, as Validate does, where the model's parts disagree.
std::vector<std::byte> Serialize(const Model& model);

/// Throws std::runtime_error that says what is wrong and where. Nothing is allocated before it is known to be
/// no more than the bytes themselves or the volume's dimensions account for.
Model Deserialize(std::span<const std::byte> bytes);

/// A model without what its sections hold: parameters, macro cells' bounds, mask, residual. Throws as Deserialize does.
Model Describe(std::span<const std::byte> bytes);

/// The byte strings of models that lie end to end, one at least: several arrays of a volume, or steps in time. Looks no
/// further than at their lengths; throws std::runtime_error where these and the bytes disagree.
std::vector<std::span<const std::byte>> SplitModels(std::span<const std::byte> bytes);

/// The byte string of all that is drawn of a model, which is all but its residual. Throws as Deserialize does.
std::vector<std::byte> WithoutResidual(std::span<const std::byte> bytes);

} // namespace neuralvolume
