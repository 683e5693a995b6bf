// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "model/BoundCoder.h"

#include "codec/IntegerModel.h"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace neuralvolume
{
namespace
{

constexpr std::array<int, 8> ActivityLimits = { 1, 2, 3, 5, 8, 13, 21, 40 };

struct Writer
{
  RangeEncoder Encoder;

  int Code(IntegerModel& model, int difference)
  {
    model.Encode(this->Encoder, difference);
    return difference;
  }
};

struct Reader
{
  RangeDecoder Decoder;

  int Code(IntegerModel& model, int) { return model.Decode(this->Decoder); }
};

/// What the neighbours before a bound, along x, y and z, say of it.
struct Forecast
{
  int Value;
  int Activity; ///< how much they differ
};

/// Takes each bound after its neighbours.
template <typename Coder>
class BoundWalk
{
public:
  /// Bounds are from 0 to limit.
  BoundWalk(const std::array<int, 3>& cells, std::size_t components, int limit, std::span<BoundCode> codes)
    : Cells(cells)
    , Strides{ components, components * std::size_t(cells[0]), components * std::size_t(cells[0]) * cells[1] }
    , Limit(limit)
    , Codes(codes)
  {
  }

  void Run(Coder& coder)
  {
    std::array<int, 3> cell;
    for (std::size_t i = 0; i < this->Codes.size(); ++i)
    {
      const std::size_t number = i / this->Strides[0];
      cell = { int(number % this->Cells[0]), int(number / this->Cells[0] % this->Cells[1]),
        int(number / this->Cells[0] / this->Cells[1]) };
      const int surprise = this->Take(coder, i, cell, 0, 0);
      this->Take(coder, i, cell, 1, surprise);
    }
  }

private:
  /// The median of the three; in place of those beyond the volume's faces stands one that is there.
  Forecast Predict(std::size_t i, const std::array<int, 3>& cell, int bound) const
  {
    const auto neighbour = [&](int axis) { return int(this->Codes[i - this->Strides[axis]][bound]); };
    int substitute = 0;
    for (int axis = 2; axis >= 0; --axis)
    {
      substitute = cell[axis] > 0 ? neighbour(axis) : substitute;
    }
    const int x = cell[0] > 0 ? neighbour(0) : substitute;
    const int y = cell[1] > 0 ? neighbour(1) : substitute;
    const int z = cell[2] > 0 ? neighbour(2) : substitute;
    return { std::max(std::min(x, y), std::min(std::max(x, y), z)),
      std::abs(x - y) + std::abs(y - z) + std::abs(z - x) };
  }

  /// Codes one bound and returns how far it is from its forecast, which for the lower bound tells what to expect of
  /// the upper one.
  int Take(Coder& coder, std::size_t i, const std::array<int, 3>& cell, int bound, int surprise)
  {
    const auto [forecast, activity] = this->Predict(i, cell, bound);
    const auto level =
      std::ranges::upper_bound(ActivityLimits, activity + 2 * std::abs(surprise)) - ActivityLimits.begin();
    const int sign = (surprise > 0) - (surprise < 0);
    std::uint8_t& code = this->Codes[i][bound];
    const std::int64_t value =
      forecast + std::int64_t(coder.Code(this->Models[bound][1 + sign][level], code - forecast));
    if (value < 0 || value > this->Limit)
    {
      throw std::runtime_error("section 'macro_cells' has a bound out of its range");
    }
    code = std::uint8_t(value);
    return int(value) - forecast;
  }

  std::array<int, 3> Cells;
  std::array<std::size_t, 3> Strides;
  int Limit;
  std::span<BoundCode> Codes;
  IntegerModel Models[2][3][ActivityLimits.size() + 1];
};

bool IsMultiple(const BoundCode& code)
{
  return code[0] % BoundUnit == 0 && code[1] % BoundUnit == 0;
}

} // namespace

std::vector<std::byte> EncodeBoundCodes(
  const std::array<int, 3>& cells, std::size_t components, std::span<const BoundCode> codes)
{
  const int unit = std::ranges::all_of(codes, IsMultiple) ? BoundUnit : 1;
  std::vector<BoundCode> units(codes.begin(), codes.end());
  for (BoundCode& code : units)
  {
    code = { std::uint8_t(code[0] / unit), std::uint8_t(code[1] / unit) };
  }
  Writer writer;
  BoundWalk<Writer>(cells, components, LastBound / unit, units).Run(writer);
  std::vector<std::byte> bytes = writer.Encoder.Finish();
  bytes.insert(bytes.begin(), std::byte(unit));
  return bytes;
}

void DecodeBoundCodes(
  const std::array<int, 3>& cells, std::size_t components, std::span<const std::byte> bytes, std::span<BoundCode> codes)
{
  const int unit = bytes.empty() ? 0 : std::to_integer<int>(bytes[0]);
  if (unit == 0)
  {
    throw std::runtime_error("section 'macro_cells' does not begin with a unit");
  }
  Reader reader{ RangeDecoder(bytes.subspan(1)) };
  BoundWalk<Reader>(cells, components, LastBound / unit, codes).Run(reader);
  if (reader.Decoder.IsExhausted())
  {
    throw std::runtime_error("section 'macro_cells' is cut short");
  }
  for (BoundCode& code : codes)
  {
    code = { std::uint8_t(code[0] * unit), std::uint8_t(code[1] * unit) };
  }
}

} // namespace neuralvolume
