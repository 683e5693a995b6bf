// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "decode/Quality.h"

#include "decode/Decode.h"
#include "decode/ErrorCounts.h"
#include "decode/Planar.h"
#include "decode/RangeMeter.h"
#include "decode/Ssim.h"

#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

namespace neuralvolume
{
namespace
{

constexpr int PencilWidth = 128; ///< points along x and y whose windows are looked at together
constexpr int SlabDepth = 16;    ///< points along z that are read at a time

using CountsOfThreads = tbb::enumerable_thread_specific<ErrorCounts>;
using Reader = std::function<void(const Region& region, double* planar)>;

std::array<int, 3> WindowFor(const std::array<int, 3>& dimensions)
{
  std::array<int, 3> window;
  std::ranges::transform(dimensions, window.begin(), [](int count) { return std::min(7, (count - 1) / 2 * 2 + 1); });
  return window;
}

/// Sums over one plane of one pencil.
struct PlaneErrors
{
  double Sum = 0.0;
  double Squares = 0.0;
  double Maximum = 0.0;
  std::uint64_t Values = 0;
  ScoreSum Scores;

  void Add(const PlaneErrors& other)
  {
    this->Sum += other.Sum;
    this->Squares += other.Squares;
    this->Maximum = std::max(this->Maximum, other.Maximum);
    this->Values += other.Values;
    this->Scores.Sum += other.Scores.Sum;
    this->Scores.Windows += other.Scores.Windows;
  }

  void AddValue(double difference, ErrorCounts& counts)
  {
    if (!std::isnan(difference))
    {
      counts.Add(difference);
      this->Sum += difference;
      this->Squares += difference * difference;
      this->Maximum = std::max(this->Maximum, std::abs(difference));
      ++this->Values;
    }
  }
};

/// Walks along z with the planes of a pencil that the windows still need.
class Pencil
{
public:
  /// First is the low corner of the points that are the pencil's own; windows that start there reach beyond them.
  Pencil(const VolumeView& volume, int x, int y, CountsOfThreads& counts)
    : Counts(counts)
    , Dimensions(volume.Dimensions)
    , Components(volume.Components)
    , Window(WindowFor(volume.Dimensions))
    , First{ x, y }
  {
    for (int axis = 0; axis < 2; ++axis)
    {
      const int left = this->Dimensions[axis] - this->First[axis];
      this->Own[axis] = std::min(PencilWidth, left);
      this->Size[axis] = std::min(PencilWidth + this->Window[axis] - 1, left);
      this->Starts[axis] = std::max(std::min(PencilWidth, left - this->Window[axis] + 1), 0);
    }
    this->PlaneValues = std::size_t(this->Size[0]) * this->Size[1] * this->Components;
    const std::size_t planes = std::size_t(this->Window[2] - 1 + std::min(SlabDepth, this->Dimensions[2]));
    this->Volume.resize(planes * this->PlaneValues);
    this->Original.resize(planes * this->PlaneValues);
  }

  PlaneErrors Compare(const Reader& readVolume, const Reader& readOriginal, double offset)
  {
    PlaneErrors total;
    for (int z = 0; z < this->Dimensions[2]; z += SlabDepth)
    {
      const int depth = std::min(SlabDepth, this->Dimensions[2] - z);
      const Region region{ { this->First[0], this->First[1], z }, { this->Size[0], this->Size[1], depth } };
      readVolume(region, this->Volume.data() + this->KeptValues());
      readOriginal(region, this->Original.data() + this->KeptValues());
      // Sum plane by plane, then in order: the same bits for any number of threads.
      std::vector<PlaneErrors> planes(std::size_t(depth * this->Components));
      tbb::parallel_for(0, int(planes.size()),
        [&](int i) { planes[i] = this->ComparePlane(z, i / this->Components, i % this->Components, offset); });
      std::ranges::for_each(planes, [&total](const PlaneErrors& errors) { total.Add(errors); });
      this->KeepLastPlanes(depth);
    }
    return total;
  }

private:
  std::size_t KeptValues() const { return std::size_t(this->Window[2] - 1) * this->PlaneValues; }

  void KeepLastPlanes(int depth)
  {
    for (std::vector<double>* values : { &this->Volume, &this->Original })
    {
      const auto begin = values->begin() + std::ptrdiff_t(std::size_t(depth) * this->PlaneValues);
      std::copy(begin, begin + std::ptrdiff_t(this->KeptValues()), values->begin());
    }
  }

  PlaneErrors ComparePlane(int z, int plane, int component, double offset) const
  {
    PlaneErrors errors;
    ErrorCounts& counts = this->Counts.local();
    const std::size_t first =
      std::size_t(plane) * this->PlaneValues + std::size_t(component) * this->Size[0] * this->Size[1];
    const std::size_t last = first + this->KeptValues();
    for (int row = 0; row < this->Own[1]; ++row)
    {
      for (int column = 0; column < this->Own[0]; ++column)
      {
        const std::size_t i = last + std::size_t(row) * this->Size[0] + column;
        errors.AddValue(this->Volume[i] - this->Original[i], counts);
      }
    }
    // Windows end in the plane just read; the first planes of the volume end none.
    if (z + plane >= this->Window[2] - 1)
    {
      const PlaneStack stack{ &this->Volume[first], &this->Original[first], this->Size, this->PlaneValues };
      errors.Scores = SumSsim(stack, this->Window, this->Starts, offset);
    }
    return errors;
  }

  CountsOfThreads& Counts;
  std::array<int, 3> Dimensions;
  int Components;
  std::array<int, 3> Window;
  std::array<int, 2> First;
  std::array<int, 2> Own;
  std::array<int, 2> Size;
  std::array<int, 2> Starts;
  std::size_t PlaneValues = 0;
  std::vector<double> Volume;
  std::vector<double> Original;
};

/// Fills in what the errors one by one tell; those of integers are integers.
void AddDistribution(Quality& quality, const CountsOfThreads& counts, double scale, bool integers)
{
  ErrorCounts all;
  std::ranges::for_each(counts, [&all](const ErrorCounts& some) { all.Add(some); });
  const double percentile = std::min(all.Percentile(0.999) * scale, quality.MaximumError);
  quality.Percentile999Error = integers ? std::round(percentile) : percentile;
  quality.MaximumError = integers ? std::round(quality.MaximumError) : quality.MaximumError;
  quality.Histogram = all.MakeHistogram(scale, quality.MaximumError, integers);
}

Quality MakeQuality(const PlaneErrors& errors, const ValueRange& range, double scale, int components)
{
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const double mean = errors.Values ? errors.Squares / double(errors.Values) : 0.0;
  const bool exact = mean == 0.0;
  const bool constant = range.Minimum == range.Maximum;
  Quality quality;
  quality.MeanSquaredError = mean * scale * scale;
  quality.MaximumError = errors.Maximum * scale;
  quality.MeanError = errors.Values ? errors.Sum * scale / double(errors.Values) : 0.0;
  quality.Psnr = exact ? infinity : (constant ? -infinity : -10.0 * std::log10(mean));
  quality.Ssim = constant ? (exact ? 1.0 : 0.0) : errors.Scores.Sum / double(errors.Scores.Windows);
  quality.DataRange = range.Maximum - range.Minimum;
  quality.Points = errors.Values / std::uint64_t(components);
  return quality;
}

using MakeReader = std::function<Reader(const PlanarScale& scale)>;

Quality CompareWith(const VolumeView& original, const MakeReader& makeReader)
{
  const ValueRange range = RangeOf(original);
  const double extent = range.Maximum - range.Minimum;
  if (!std::isfinite(extent))
  {
    throw std::invalid_argument("the volume's range is wider than a double can tell; scale its values down");
  }
  const PlanarScale scale{ range.Minimum, extent > 0.0 ? extent : 1.0 };
  const Reader readVolume = makeReader(scale);
  const Reader readOriginal = [&](const Region& region, double* planar)
  { ReadPlanar(original, region, scale, planar); };
  PlaneErrors total;
  CountsOfThreads counts;
  for (int y = 0; y < original.Dimensions[1]; y += PencilWidth)
  {
    for (int x = 0; x < original.Dimensions[0]; x += PencilWidth)
    {
      total.Add(Pencil(original, x, y, counts).Compare(readVolume, readOriginal, scale.Offset / scale.Scale));
    }
  }
  Quality quality = MakeQuality(total, range, scale.Scale, original.Components);
  const bool integers = IsInteger(original.Type);
  quality.MaximumError = integers ? std::round(quality.MaximumError) : quality.MaximumError;
  AddDistribution(quality, counts, scale.Scale, integers);
  return quality;
}

std::string Describe(const std::array<int, 3>& dimensions, int components, ScalarType type)
{
  return std::to_string(dimensions[0]) + " x " + std::to_string(dimensions[1]) + " x " + std::to_string(dimensions[2]) +
         " points of " + std::to_string(components) + " " + std::string(NameOf(type));
}

void RequireSame(const std::string& one, const std::string& other)
{
  if (one != other)
  {
    throw std::invalid_argument("a volume of " + one + " cannot be compared with one of " + other);
  }
}

/// A byte for each sample of a region; nothing where the model has a value everywhere.
void FillMask(const Model& model, const Region& region, std::vector<std::uint8_t>& mask)
{
  mask.clear();
  const auto [columns, rows, slices] = model.GetDimensions();
  const auto [x, y, z] = region.First;
  for (int k = z; !model.Invalid.empty() && k < z + region.Count[2]; ++k)
  {
    for (int j = y; j < y + region.Count[1]; ++j)
    {
      const std::size_t row = (std::size_t(k) * rows + j) * columns + x;
      for (std::size_t sample = row; sample < row + region.Count[0]; ++sample)
      {
        mask.push_back(model.IsInvalid(sample));
      }
    }
  }
}

} // namespace

void RequireComparable(const Model& model, const VolumeView& original)
{
  RequireSame(Describe(model.GetDimensions(), model.Array.GetComponents(), model.Array.Type),
    Describe(original.Dimensions, original.Components, original.Type));
}

Quality Compare(const Model& model, const Evaluator& evaluator, const VolumeView& original)
{
  const int components = model.Array.GetComponents();
  RequireComparable(model, original);
  std::vector<std::byte> decoded;
  std::vector<std::uint8_t> invalid;
  RangeMeter ranges(components);
  Quality quality = CompareWith(original,
    [&](const PlanarScale& scale) -> Reader
    {
      return [&, scale](const Region& region, double* planar)
      {
        decoded.resize(region.GetSamples() * components * SizeOf(model.Array.Type));
        Decode(model, evaluator, region, decoded);
        ranges.Add(decoded, model.Array.Type);
        FillMask(model, region, invalid);
        const VolumeView view{ decoded.data(), model.Array.Type, region.Count, components,
          invalid.empty() ? nullptr : invalid.data() };
        ReadPlanar(view, { {}, region.Count }, scale, planar);
      };
    });
  quality.Decoded = ranges.GetRanges();
  return quality;
}

Quality Compare(const VolumeView& volume, const VolumeView& original)
{
  RequireSame(Describe(volume.Dimensions, volume.Components, volume.Type),
    Describe(original.Dimensions, original.Components, original.Type));
  return CompareWith(original,
    [&](const PlanarScale& scale) -> Reader
    { return [&, scale](const Region& region, double* planar) { ReadPlanar(volume, region, scale, planar); }; });
}

} // namespace neuralvolume
