// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "render/TransferFunction.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <stdexcept>
#include <string>

namespace neuralvolume
{
namespace
{

/// Sparse table: two overlapping ranges of 2^j entries cover any range, so that its maximum takes constant time.
std::vector<std::vector<float>> MakeMaxima(const std::vector<Rgba>& entries)
{
  std::vector<std::vector<float>> maxima(1);
  for (const Rgba& entry : entries)
  {
    maxima[0].push_back(entry[3]);
  }
  for (std::size_t half = 1; 2 * half <= entries.size(); half *= 2)
  {
    const std::vector<float>& shorter = maxima.back();
    std::vector<float> longer(shorter.size() - half);
    for (std::size_t i = 0; i < longer.size(); ++i)
    {
      longer[i] = std::max(shorter[i], shorter[i + half]);
    }
    maxima.push_back(std::move(longer));
  }
  return maxima;
}

} // namespace

void RequireEntries(const std::vector<Rgba>& entries, double minimum, double maximum)
{
  if (entries.empty())
  {
    throw std::invalid_argument("the transfer function has no entries; it needs one at least");
  }
  if (!(minimum <= maximum) || !std::isfinite(maximum - minimum))
  {
    throw std::invalid_argument("the transfer function's range is [" + std::to_string(minimum) + ", " +
                                std::to_string(maximum) + "]; it must be finite and in ascending order");
  }
  for (const Rgba& entry : entries)
  {
    const bool finite = std::isfinite(entry[0]) && std::isfinite(entry[1]) && std::isfinite(entry[2]);
    if (!finite || !(entry[3] >= 0.0f && entry[3] <= 1.0f))
    {
      throw std::invalid_argument("entry " + std::to_string(&entry - entries.data()) +
                                  " of the transfer function has a colour that is not finite or an opacity that is "
                                  "not between 0 and 1");
    }
  }
}

TransferFunction::TransferFunction(std::vector<Rgba> entries, double minimum, double maximum)
  : Entries(std::move(entries))
  , Minimum(minimum)
  , Maximum(maximum)
{
  RequireEntries(this->Entries, minimum, maximum);
  if (this->Entries.size() == 1) // so that there is always an entry to interpolate to
  {
    this->Entries.push_back(this->Entries.front());
  }
  this->EntriesPerUnit = double(this->Entries.size() - 1) / (maximum - minimum);
  this->MaximumOpacities = MakeMaxima(this->Entries);
}

float TransferFunction::MaximumOpacity(double low, double high) const
{
  if (low > high)
  {
    return 0.0f;
  }
  const double end = std::isnan(high) ? this->Maximum : high;
  const std::size_t first = std::size_t(this->Position(low));
  const std::size_t last = std::min(std::size_t(std::ceil(this->Position(end))), this->Entries.size() - 1);
  const std::size_t level = std::bit_width(last - first + 1) - 1;
  const std::vector<float>& maxima = this->MaximumOpacities[level];
  return std::max(maxima[first], maxima[last + 1 - (std::size_t(1) << level)]);
}

} // namespace neuralvolume
