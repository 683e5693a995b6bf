// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"

namespace neuralvolume
{

/// Throws std::invalid_argument that names the first part of the model that is out of its limits or disagrees
/// with another: what Serialize writes and Deserialize returns has passed it.
void Validate(const Model& model);

/// The part of Validate that needs neither parameters, bounds of macro cells nor mask.
void ValidateDescription(const Model& model);

} // namespace neuralvolume
