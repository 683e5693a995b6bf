// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "decode/Decode.h"

#include "decode/ResidualBricks.h"

#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <cmath>
#include <iterator>
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

Index SampleAt(const Region& region, const Index& at)
{
  return { int(SampleOf(region, 0, at[0])), int(SampleOf(region, 1, at[1])), int(SampleOf(region, 2, at[2])) };
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

/// A box of a region's samples, and the residual there, if any.
struct Part
{
  Index First = { 0, 0, 0 }; ///< by the region's own counting
  const Residual* Source = nullptr;
  const BrickValues* Brick = nullptr;
  Index BrickBegin = { 0, 0, 0 }; ///< its first sample
};

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

  /// normalised: the network's values; none where the residual has constants of its own.
  void WriteBrick(const Part& part, const LatticeBrick& brick, const float* normalised) const
  {
    const Index first = Add(part.First, brick.First);
    for (int k = 0; k < brick.Count[2]; ++k)
    {
      for (int j = 0; j < brick.Count[1]; ++j)
      {
        this->WriteRow(part, { first[0], first[1] + j, first[2] + k }, brick.Count[0], normalised);
        normalised += normalised ? std::size_t(brick.Count[0]) * this->Components : 0;
      }
    }
  }

private:
  void WriteRow(const Part& part, Index at, int count, const float* normalised) const
  {
    Value* value = this->Values + FlatIndex(at, this->Target.Count) * this->Components;
    for (const int end = at[0] + count; at[0] < end; ++at[0])
    {
      const Index sample = SampleAt(this->Target, at);
      const bool missing = this->Source.IsInvalid(FlatIndex(sample, this->Dimensions));
      for (std::size_t c = 0; c < this->Components; ++c)
      {
        const ValueRange& range = this->Source.Array.Ranges[c];
        const double base = normalised ? range.Denormalise(*normalised++) : part.Source->Constants[c];
        const double exact = part.Source ? this->Correct(part, sample, c, base) : base;
        *value++ = missing ? MissingValue<Value>(range) : FromDouble<Value>(exact);
      }
    }
  }

  double Correct(const Part& part, const Index& sample, std::size_t component, double base) const
  {
    const ValueRange& range = this->Source.Array.Ranges[component];
    const std::size_t index = FlatIndex(Subtract(sample, part.BrickBegin), part.Brick->Shape.Size);
    const double difference = part.Source->Unit * part.Brick->GetComponent(component)[index];
    return std::clamp(base + difference, range.Minimum, range.Maximum);
  }

  const Model& Source;
  const Region& Target;
  Value* Values;
  std::array<int, 3> Dimensions;
  std::size_t Components;
};

/// The region's samples from begin up to end, both of the volume: where they begin by the region's counting.
struct Cut
{
  Index First;
  Region Samples;
};

Cut CutRegion(const Region& region, const Index& begin, const Index& end)
{
  Cut cut;
  cut.Samples.Stride = region.Stride;
  for (int axis = 0; axis < 3; ++axis)
  {
    const auto indexOf = [&](int sample)
    {
      const int beyond = sample - region.First[axis] + region.Stride - 1;
      return std::clamp(beyond / region.Stride, 0, region.Count[axis]);
    };
    cut.First[axis] = indexOf(begin[axis]);
    cut.Samples.First[axis] = int(SampleOf(region, axis, cut.First[axis]));
    cut.Samples.Count[axis] = indexOf(end[axis]) - cut.First[axis];
  }
  return cut;
}

/// Decodes those bricks of the residual that the region touches, each with the network's values there.
template <typename Value>
void DecodeBricks(const Model& model, const Residual& residual, const Evaluator& evaluator, const Region& region,
  const RegionWriter<Value>& writer)
{
  const Blocks blocks = ResidualBlocks(model);
  Index first, count;
  for (int axis = 0; axis < 3; ++axis)
  {
    first[axis] = region.First[axis] / blocks.Size[axis];
    count[axis] = int(SampleOf(region, axis, region.Count[axis] - 1)) / blocks.Size[axis] + 1 - first[axis];
  }
  tbb::parallel_for(std::size_t(0), CountOf(count),
    [&](std::size_t i)
    {
      const Index brick = Add(first, IndexAt(i, count));
      const Cut cut = CutRegion(region, blocks.Begin(brick), blocks.End(brick));
      if (cut.Samples.GetSamples() > 0)
      {
        const BrickValues values = DecodeResidualBrick(model, residual, brick);
        const Part part{ cut.First, &residual, &values, blocks.Begin(brick) };
        const auto write = [&](const LatticeBrick& box, const float* normalised)
        { writer.WriteBrick(part, box, normalised); };
        if (residual.Constants.empty())
        {
          EvaluateRegion(model, evaluator, cut.Samples, write);
        }
        else
        {
          write({ {}, cut.Samples.Count }, nullptr);
        }
      }
    });
}

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

std::vector<std::byte> MissingSample(const Model& model)
{
  return Dispatch(model.Array.Type,
    [&](auto zero)
    {
      std::vector<decltype(zero)> values;
      std::ranges::transform(model.Array.Ranges, std::back_inserter(values), MissingValue<decltype(zero)>);
      const auto bytes = std::as_bytes(std::span(values));
      return std::vector<std::byte>(bytes.begin(), bytes.end());
    });
}

void EvaluateRegion(const Model& model, const Evaluator& evaluator, const Region& region, const LatticeSink& sink)
{
  // Without isolation a thread that waits for a region's last part might begin another region inside.
  tbb::this_task_arena::isolate([&] { EvaluateLattice(evaluator, MakeLattice(model, region), sink); });
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
      if (model.Residual)
      {
        DecodeBricks(model, *model.Residual, evaluator, region, writer);
        return;
      }
      EvaluateRegion(model, evaluator, region,
        [&writer](const LatticeBrick& brick, const float* normalised) { writer.WriteBrick({}, brick, normalised); });
    });
}

} // namespace neuralvolume
