// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "render/ColourTable.h"

#include <algorithm>
#include <cmath>

namespace neuralvolume
{
namespace
{

/// In place of the infinite extinction of what is opaque; the shortest step is still opaque.
constexpr double OpaqueExtinction = -1e9;

} // namespace

ColourTable::ColourTable(
  const TransferFunction& transferFunction, const ValueRange& range, int largestCode, double opacityUnitDistance)
{
  const double minimum = transferFunction.GetMinimum();
  const double span = transferFunction.GetMaximum() - minimum;
  for (int entry = 0; entry < Size; ++entry)
  {
    const double value = entry + 1 < Size ? minimum + span * entry / (Size - 1) : transferFunction.GetMaximum();
    const Rgba colour = transferFunction.Evaluate(entry > 0 || span > 0.0 ? value : std::nextafter(minimum, -HUGE_VAL));
    const double extinction = std::log2(1.0 - double(colour[3])) / opacityUnitDistance;
    this->Extinctions.push_back(float(std::max(extinction, OpaqueExtinction)));
    this->Opacities.push_back(colour[3]);
    for (std::size_t channel = 0; channel < 3; ++channel)
    {
      this->Colours[channel].push_back(colour[channel]);
    }
  }
  const double valuesPerCode = (range.Maximum - range.Minimum) / largestCode;
  if (span > 0.0)
  {
    this->EntriesPerCode = float(valuesPerCode * (Size - 1) / span);
    this->FirstEntry = float((range.Minimum - minimum) * (Size - 1) / span);
  }
  else // a step: half a code below the value is the first entry, the value itself the last one
  {
    this->EntriesPerCode = valuesPerCode > 0.0 ? float(2 * Size) : 0.0f;
    const double codes = valuesPerCode > 0.0 ? (range.Minimum - minimum) / valuesPerCode : 0.0;
    this->FirstEntry = float(Size - 1 + (valuesPerCode > 0.0 ? 2 * Size * codes : range.Minimum < minimum ? -Size : 0));
  }
}

std::array<float, 3> ColourTable::GetColour(float code) const
{
  const std::size_t entry = this->EntryOf(code);
  return { this->Colours[0][entry], this->Colours[1][entry], this->Colours[2][entry] };
}

double ColourTable::HalfEntryOf(const TransferFunction& transferFunction)
{
  return 0.5 * (transferFunction.GetMaximum() - transferFunction.GetMinimum()) / (Size - 1);
}

} // namespace neuralvolume
