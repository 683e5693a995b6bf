// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"
#include "model/Sections.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// The JSON header of a model's byte string: everything but the sections' bytes.
namespace neuralvolume
{

/// Throws std::invalid_argument where a text is not UTF-8.
std::string WriteHeader(const Model& model, const std::vector<SectionEntry>& table);

struct Header
{
  Model Description; ///< without parameters, macro cells' bounds and mask
  std::vector<SectionEntry> Table;
};

/// Throws std::runtime_error that names the first field that is missing, of the wrong kind or out of its limits,
/// and std::invalid_argument where fields disagree.
Header ReadHeader(std::string_view text, std::uint32_t version);

} // namespace neuralvolume
