// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "model/Residual.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace neuralvolume
{
namespace
{

constexpr std::uint64_t LengthLimit = 1ull << 32; ///< of a brick; far more than any takes

/// Seven bits a byte, the lowest first; the highest bit says that more follow (LEB128).
void AppendLength(std::uint64_t length, std::vector<std::byte>& bytes)
{
  for (; length >= 0x80; length >>= 7)
  {
    bytes.push_back(std::byte(0x80 | (length & 0x7f)));
  }
  bytes.push_back(std::byte(length));
}

/// Reads from the front of bytes and moves it on.
std::uint64_t TakeLength(std::span<const std::byte>& bytes)
{
  std::uint64_t length = 0;
  for (int shift = 0; !bytes.empty() && length < LengthLimit; shift += 7)
  {
    const auto byte = std::to_integer<std::uint64_t>(bytes.front());
    bytes = bytes.subspan(1);
    length |= (byte & 0x7f) << shift;
    if (byte < 0x80)
    {
      return length;
    }
  }
  throw std::runtime_error("section 'residual' has a length that is cut off or too large");
}

} // namespace

std::span<const std::byte> Residual::GetBrick(std::size_t brick) const
{
  const std::uint64_t begin = brick > 0 ? this->Ends[brick - 1] : 0;
  return std::span(this->Bytes).subspan(begin, this->Ends[brick] - begin);
}

std::array<int, 3> ResidualBricks(const std::array<int, 3>& samples)
{
  std::array<int, 3> bricks;
  std::ranges::transform(
    samples, bricks.begin(), [](int count) { return (count + Residual::BrickSize - 1) / Residual::BrickSize; });
  return bricks;
}

std::vector<std::byte> PackResidual(const Residual& residual)
{
  const auto weights = std::as_bytes(std::span(residual.Scheme.Weights));
  std::vector<std::byte> section(weights.begin(), weights.end());
  for (std::size_t brick = 0; brick < residual.Ends.size(); ++brick)
  {
    AppendLength(residual.GetBrick(brick).size(), section);
  }
  section.insert(section.end(), residual.Bytes.begin(), residual.Bytes.end());
  return section;
}

void UnpackResidual(std::span<const std::byte> section, std::size_t bricks, std::size_t components, Residual& residual)
{
  const std::size_t weightBytes = components * sizeof(PredictorWeights);
  // A brick has a length of one byte or more.
  if (section.size() < weightBytes || section.size() - weightBytes < bricks)
  {
    throw std::runtime_error("section 'residual' is too short for " + std::to_string(bricks) + " bricks");
  }
  residual.Scheme.Weights.resize(components);
  std::memcpy(residual.Scheme.Weights.data(), section.data(), weightBytes);
  section = section.subspan(weightBytes);
  residual.Ends.resize(bricks);
  std::uint64_t end = 0;
  for (std::uint64_t& brickEnd : residual.Ends)
  {
    end += TakeLength(section);
    brickEnd = end;
  }
  if (end != section.size())
  {
    throw std::runtime_error("section 'residual' has " + std::to_string(section.size()) +
                             " bytes of bricks, which say " + std::to_string(end));
  }
  residual.Bytes.assign(section.begin(), section.end());
}

} // namespace neuralvolume
