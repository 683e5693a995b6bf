// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

/// A model as one self-describing, versioned, checksummed byte string: docs/file-format.md.
namespace neuralvolume
{

/// Throws std::invalid_argument, as Validate does, where the model's parts disagree.
std::vector<std::byte> Serialize(const Model& model);

/// Throws std::runtime_error that says what is wrong and where. Nothing is allocated before it is known to be
/// no more than the bytes themselves or the volume's dimensions account for.
Model Deserialize(std::span<const std::byte> bytes);

/// Writes beside path, then renames: path holds the whole model or what it held before. What is there already must
/// be a regular file. Throws std::runtime_error that names path and the system's reason.
void WriteFile(const Model& model, const std::string& path);

/// Throws std::runtime_error as Deserialize does, with path.
Model ReadFile(const std::string& path);

} // namespace neuralvolume
