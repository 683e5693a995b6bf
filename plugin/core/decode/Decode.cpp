// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "decode/Decode.h"

#include "decode/Lattice.h"

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace neuralvolume
{
namespace
{

std::size_t SampleOf(const Region& region, int axis, int index)
{
  return std::size_t(region.First[axis]) + std::size_t(index) * std::size_t(region.Stride);
}

void RequireInside(const Model& model, const Region& region)
{
  const std::array<int, 3> dimensions = model.GetDimensions();
  for (int axis = 0; axis < 3; ++axis)
  {
    const bool inside = region.Stride >= 1 && region.First[axis] >= 0 && region.Count[axis] >= 1 &&
                        SampleOf(region, axis, region.Count[axis] - 1) < std::size_t(dimensions[axis]);
    if (!inside)
    {
      throw std::invalid_argument("the region to decode starts at sample " + std::to_string(region.First[axis]) +
                                  " along " + "xyz"[axis] + " and has " + std::to_string(region.Count[axis]) +
                                  " samples " + std::to_string(region.Stride) + " apart; the volume has " +
                                  std::to_string(dimensions[axis]) + " there, counted from 0");
    }
  }
}

Lattice MakeLattice(const Model& model, const Region& region)
{
  Lattice lattice;
  for (int axis = 0; axis < 3; ++axis)
  {
    lattice[axis].resize(std::size_t(region.Count[axis]));
    for (int i = 0; i < region.Count[axis]; ++i)
    {
      lattice[axis][i] = float((double(SampleOf(region, axis, i)) + 0.5) / model.GetDimensions()[axis]);
    }
  }
  return lattice;
}

template <typename Value>
Value FromDouble(double value)
{
  if constexpr (std::is_integral_v<Value>)
  {
    constexpr Value largest = std::numeric_limits<Value>::max();
    const double rounded = std::nearbyint(value);
    // The largest 64-bit integers are not doubles, and the double next to them does not fit.
    return rounded >= double(largest) ? largest : Value(rounded);
  }
  else
  {
    return Value(value);
  }
}

template <typename Value>
Value MissingValue(const ValueRange& range)
{
  return std::is_integral_v<Value> ? FromDouble<Value>(range.Minimum) : std::numeric_limits<Value>::quiet_NaN();
}

/// Converts the network's values into those of the array, row by row of a brick.
template <typename Value>
class RegionWriter
{
public:
  RegionWriter(const Model& model, const Region& region, Value* values)
    : Source(model)
    , Target(region)
    , Values(values)
    , Dimensions(model.GetDimensions())
    , Components(model.Array.Ranges.size())
  {
  }

  void WriteBrick(const LatticeBrick& brick, const float* normalised) const
  {
    for (int k = 0; k < brick.Count[2]; ++k)
    {
      for (int j = 0; j < brick.Count[1]; ++j)
      {
        this->WriteRow(brick.First[0], brick.First[1] + j, brick.First[2] + k, brick.Count[0], normalised);
        normalised += std::size_t(brick.Count[0]) * this->Components;
      }
    }
  }

private:
  void WriteRow(int x, int y, int z, int count, const float* normalised) const
  {
    const auto [columns, rows, slices] = this->Target.Count;
    Value* value = this->Values + ((std::size_t(z) * rows + y) * columns + x) * this->Components;
    for (int i = 0; i < count; ++i)
    {
      const bool missing = this->Source.IsInvalid(this->SampleIndex(x + i, y, z));
      for (const ValueRange& range : this->Source.Array.Ranges)
      {
        *value++ = missing ? MissingValue<Value>(range) : FromDouble<Value>(range.Denormalise(*normalised));
        ++normalised;
      }
    }
  }

  std::size_t SampleIndex(int x, int y, int z) const
  {
    const std::size_t row = SampleOf(this->Target, 2, z) * this->Dimensions[1] + SampleOf(this->Target, 1, y);
    return row * this->Dimensions[0] + SampleOf(this->Target, 0, x);
  }

  const Model& Source;
  const Region& Target;
  Value* Values;
  std::array<int, 3> Dimensions;
  std::size_t Components;
};

} // namespace

std::size_t Region::GetSamples() const
{
  return std::size_t(this->Count[0]) * std::size_t(this->Count[1]) * std::size_t(this->Count[2]);
}

Region WholeVolume(const Model& model, int stride)
{
  const std::array<int, 6>& extent = model.Geometry.Extent;
  const std::array<int, 3> dimensions = model.GetDimensions();
  return RegionOfExtent(model,
    { extent[0], extent[0] + dimensions[0] - 1, extent[2], extent[2] + dimensions[1] - 1, extent[4],
      extent[4] + dimensions[2] - 1 },
    stride);
}

Region RegionOfExtent(const Model& model, const std::array<int, 6>& extent, int stride)
{
  if (stride < 1)
  {
    throw std::invalid_argument("the stride is " + std::to_string(stride) + "; it must be at least 1");
  }
  Region region;
  region.Stride = stride;
  for (int axis = 0; axis < 3; ++axis)
  {
    const int low = model.Geometry.Extent[2 * axis];
    const int high = low + model.GetDimensions()[axis] - 1;
    const int first = extent[2 * axis];
    const int last = extent[2 * axis + 1];
    if (first < low || last > high || first > last)
    {
      throw std::invalid_argument("the extent to decode is " + std::to_string(first) + " to " + std::to_string(last) +
                                  " along " + "xyz"[axis] + "; the volume's is " + std::to_string(low) + " to " +
                                  std::to_string(high));
    }
    region.First[axis] = first - low;
    region.Count[axis] = (last - first) / stride + 1;
  }
  return region;
}

void Decode(const Model& model, const Evaluator& evaluator, const Region& region, std::span<std::byte> values)
{
  RequireInside(model, region);
  const std::size_t size = region.GetSamples() * model.Array.Ranges.size() * SizeOf(model.Array.Type);
  if (values.size() != size)
  {
    throw std::invalid_argument("the region's values take " + std::to_string(size) + " bytes but there is room for " +
                                std::to_string(values.size()));
  }
  Dispatch(model.Array.Type,
    [&](auto zero)
    {
      using Value = decltype(zero);
      const RegionWriter<Value> writer(model, region, reinterpret_cast<Value*>(values.data()));
      EvaluateLattice(evaluator, MakeLattice(model, region),
        [&writer](const LatticeBrick& brick, const float* normalised) { writer.WriteBrick(brick, normalised); });
    });
}

} // namespace neuralvolume
