// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "model/BoundCoder.h"

#include "codec/IntegerModel.h"

#include <algorithm>
#include <bit>
#include <stdexcept>
#include <string>

namespace neuralvolume
{
namespace
{

constexpr int ExponentBits = 3;
static_assert(1 << ((1 << ExponentBits) - 1) == MaximumBoundStep);

/// A bit takes at least 1/2840 of one, so a byte holds no more codes than these ...
constexpr std::size_t CodesPerByte = 1 << 15;
/// ... and as many bytes may be left out at the end.
constexpr std::size_t ImpliedBytes = 4;

/// What is coded with the same distributions: how far the neighbours are from each other.
enum Spread : std::size_t
{
  None,
  Small,
  Large,
  Spreads
};

Spread SpreadOf(int difference)
{
  constexpr int small = 4;
  return difference == 0 ? None : (difference <= small ? Small : Large);
}

/// What neighbours say about a bound.
struct Forecast
{
  int Value = 0;
  Spread Uncertainty = Large;
};

/// The median of three bounds or the mean of two; up says where halves go.
Forecast MakeForecast(std::span<const int> bounds, int up)
{
  if (bounds.empty())
  {
    return {};
  }
  const auto [least, greatest] = std::ranges::minmax(bounds);
  const int middle =
    bounds.size() == 3 ? bounds[0] + bounds[1] + bounds[2] - least - greatest : (least + greatest + up) / 2;
  return { middle, bounds.size() == 1 ? Large : SpreadOf(greatest - least) };
}

/// What is known of a cell's bounds before they are coded, from the cells before it along x, y and z.
struct Surroundings
{
  Forecast Low;
  Forecast High;
  std::size_t EmptyCells = 0;
};

/// Codes bounds in steps, one after the other. Each is told from those before it and learnt from.
class BoundModel
{
public:
  explicit BoundModel(const BoundGrid& grid)
    : Strides{ grid.Components, grid.Components * std::size_t(grid.Cells[0]),
      grid.Components * std::size_t(grid.Cells[0]) * std::size_t(grid.Cells[1]) }
  {
  }

  void Encode(RangeEncoder& encoder, const std::array<int, 3>& cell, const BoundCode* code)
  {
    const Surroundings around = this->Look(cell, code);
    const auto [low, high] = *code;
    encoder.Encode(low > high, this->Empty[around.EmptyCells]);
    if (low <= high)
    {
      const int rise = low - around.Low.Value;
      this->LowModel(around.Low).Encode(encoder, rise);
      this->HighModel(around.High, rise).Encode(encoder, high - std::max<int>(around.High.Value, low));
    }
  }

  /// Throws std::runtime_error where the bounds leave the steps 0 to last.
  BoundCode Decode(RangeDecoder& decoder, const std::array<int, 3>& cell, const BoundCode* code, int last)
  {
    const Surroundings around = this->Look(cell, code);
    if (decoder.Decode(this->Empty[around.EmptyCells]))
    {
      return EmptyBoundCode;
    }
    const int rise = this->LowModel(around.Low).Decode(decoder);
    const std::int64_t low = std::int64_t(around.Low.Value) + rise;
    const std::int64_t high =
      std::max<std::int64_t>(around.High.Value, low) + this->HighModel(around.High, rise).Decode(decoder);
    if (low < 0 || low > high || high > last)
    {
      throw std::runtime_error("the bounds of a macro cell are not from 0 to 255, the lower one first");
    }
    return { std::uint8_t(low), std::uint8_t(high) };
  }

private:
  Surroundings Look(const std::array<int, 3>& cell, const BoundCode* code) const
  {
    std::array<int, 3> lows, highs;
    std::size_t count = 0;
    Surroundings around;
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      if (cell[axis] > 0)
      {
        const auto [low, high] = *(code - this->Strides[axis]);
        lows[count] = low;
        highs[count] = high;
        (low > high ? around.EmptyCells : count) += 1;
      }
    }
    around.Low = MakeForecast(std::span(lows).first(count), 0);
    around.High = MakeForecast(std::span(highs).first(count), 1);
    return around;
  }

  IntegerModel& LowModel(const Forecast& forecast)
  {
    return this->Lows[forecast.Value == 0 ? 1 : 0][forecast.Uncertainty];
  }

  /// Where the lower bound rose or fell, the upper one may follow.
  IntegerModel& HighModel(const Forecast& forecast, int rise)
  {
    return this->Highs[std::size_t(rise < 0 ? 0 : (rise == 0 ? 1 : 2))][forecast.Uncertainty];
  }

  std::array<std::size_t, 3> Strides;
  std::array<AdaptiveBit, 4> Empty;
  std::array<std::array<IntegerModel, Spreads>, 2> Lows;
  std::array<std::array<IntegerModel, Spreads>, 3> Highs;
};

/// Calls function with each code's cell and place.
template <typename Function>
void ForEachCode(const BoundGrid& grid, const Function& function)
{
  std::size_t place = 0;
  for (int z = 0; z < grid.Cells[2]; ++z)
  {
    for (int y = 0; y < grid.Cells[1]; ++y)
    {
      for (int x = 0; x < grid.Cells[0]; ++x)
      {
        for (std::size_t c = 0; c < grid.Components; ++c)
        {
          function({ x, y, z }, place++);
        }
      }
    }
  }
}

/// The logarithm of the largest step of which all codes are multiples.
int StepExponent(const BoundGrid& grid)
{
  int exponent = std::bit_width(unsigned(MaximumBoundStep)) - 1;
  for (const BoundCode code : grid.Codes)
  {
    while (RoundOutwards(code, 1 << exponent) != code)
    {
      --exponent;
    }
  }
  return exponent;
}

/// The number of the last step, which is as high as LastBound or higher.
int LastStep(int exponent)
{
  return (LastBound + (1 << exponent) - 1) >> exponent;
}

/// A code of multiples of a step in steps; empty ones stay empty.
BoundCode ToSteps(BoundCode code, int exponent)
{
  return code[0] > code[1]
           ? EmptyBoundCode
           : BoundCode{ std::uint8_t(code[0] >> exponent), std::uint8_t((code[1] + (1 << exponent) - 1) >> exponent) };
}

BoundCode FromSteps(BoundCode code, int exponent)
{
  return code[0] > code[1]
           ? EmptyBoundCode
           : BoundCode{ std::uint8_t(code[0] << exponent), std::uint8_t(std::min(code[1] << exponent, LastBound)) };
}

} // namespace

std::vector<std::byte> PackBounds(const BoundGrid& grid)
{
  const int exponent = StepExponent(grid);
  BoundGrid steps = grid;
  std::ranges::transform(
    grid.Codes, steps.Codes.begin(), [exponent](BoundCode code) { return ToSteps(code, exponent); });
  RangeEncoder encoder;
  encoder.EncodePlain(std::uint32_t(exponent), ExponentBits);
  BoundModel model(grid);
  ForEachCode(
    grid, [&](const std::array<int, 3>& cell, std::size_t place) { model.Encode(encoder, cell, &steps.Codes[place]); });
  return encoder.Finish();
}

void UnpackBounds(std::span<const std::byte> bytes, BoundGrid& grid)
{
  const std::size_t count = grid.GetCount();
  if (count / CodesPerByte > bytes.size() + ImpliedBytes)
  {
    throw std::runtime_error(
      std::to_string(bytes.size()) + " bytes cannot hold the bounds of " + std::to_string(count) + " macro cells");
  }
  grid.Codes.resize(count);
  RangeDecoder decoder(bytes);
  const int exponent = int(decoder.DecodePlain(ExponentBits));
  const int last = LastStep(exponent);
  BoundModel model(grid);
  ForEachCode(grid, [&](const std::array<int, 3>& cell, std::size_t place)
    { grid.Codes[place] = model.Decode(decoder, cell, &grid.Codes[place], last); });
  if (!decoder.IsAtEnd())
  {
    throw std::runtime_error("the macro cells' bounds end too early or too late");
  }
  std::ranges::transform(
    grid.Codes, grid.Codes.begin(), [exponent](BoundCode code) { return FromSteps(code, exponent); });
}

} // namespace neuralvolume
