// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"
#include "model/VolumeView.h"
#include "network/Training.h"

#include <cstdint>
#include <memory>
#include <span>

namespace neuralvolume
{

/// Training samples from a volume in its own type: random positions, stratified along a Morton curve so
/// that neighbours in a batch are neighbours in space; trilinear values, normalised by the components'
/// ranges. Invalid points take no part: a position between them only is drawn anew.
///
/// The volume must outlive the source. Throws std::invalid_argument where no point is valid or the
/// number of ranges is not the volume's number of components.
std::unique_ptr<SampleSource> MakeVolumeSampler(
  const VolumeView& volume, std::span<const ValueRange> ranges, std::uint64_t seed);

} // namespace neuralvolume
