// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "cpu/MlpTraining.h"

namespace neuralvolume::cpu
{

/// In single precision, with any instruction set.
std::unique_ptr<MlpTraining> MakeFloatMlpTraining(const Layout& layout);

} // namespace neuralvolume::cpu
