// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "fit/VolumeSampler.h"

#include "fit/Morton.h"
#include "network/Random.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

namespace neuralvolume
{
namespace
{

/// The two points on either side of a position along one axis, as offsets into the volume.
struct Bracket
{
  std::size_t Offset[2];
  double Fraction;
};

Bracket FindBracket(float position, int points, std::size_t stride)
{
  const float at = std::clamp(position * float(points) - 0.5f, 0.0f, float(points - 1));
  const int low = int(at);
  return { { std::size_t(low) * stride, std::size_t(std::min(low + 1, points - 1)) * stride },
    double(at - float(low)) };
}

/// The eight points around a position.
struct Cell
{
  Bracket X, Y, Z;
};

Cell FindCell(const std::array<int, 3>& dimensions, const std::array<float, 3>& position)
{
  const auto nx = std::size_t(dimensions[0]), ny = std::size_t(dimensions[1]);
  return { FindBracket(position[0], dimensions[0], 1), FindBracket(position[1], dimensions[1], nx),
    FindBracket(position[2], dimensions[2], nx * ny) };
}

/// Trilinear interpolation of value(point), an axis at a time.
template <typename Function>
double Interpolate(const Cell& cell, Function&& value)
{
  const auto alongX = [&](std::size_t row)
  {
    const double low = value(row + cell.X.Offset[0]);
    return low + cell.X.Fraction * (value(row + cell.X.Offset[1]) - low);
  };
  const auto alongY = [&](std::size_t slice)
  {
    const double low = alongX(slice + cell.Y.Offset[0]);
    return low + cell.Y.Fraction * (alongX(slice + cell.Y.Offset[1]) - low);
  };
  const double low = alongY(cell.Z.Offset[0]);
  return low + cell.Z.Fraction * (alongY(cell.Z.Offset[1]) - low);
}

template <typename T>
class VolumeSampler final : public SampleSource
{
public:
  VolumeSampler(const VolumeView& volume, std::span<const ValueRange> ranges, std::uint64_t seed);

  int GetOutputs() const override { return this->Volume.Components; }
  void Draw(std::uint64_t step, std::size_t batchSize, std::size_t begin, std::size_t count, float* x, float* y,
    float* z, float* targets) const override;

private:
  std::array<float, 3> DrawPosition(std::uint64_t stream, std::uint64_t code, Cell& cell) const;
  std::array<float, 3> CenterOf(std::size_t point) const;
  double ValidWeight(const Cell& cell) const;
  void Prefetch(const Cell& cell) const;
  double InterpolateComponent(const Cell& cell, int component) const;

  VolumeView Volume;
  const T* Values;
  std::uint64_t Seed;
  std::size_t FirstValid = 0;
  std::vector<double> Offsets;
  std::vector<double> Scales;
};

template <typename T>
VolumeSampler<T>::VolumeSampler(const VolumeView& volume, std::span<const ValueRange> ranges, std::uint64_t seed)
  : Volume(volume)
  , Values(static_cast<const T*>(volume.Data))
  , Seed(seed)
{
  for (const ValueRange& range : ranges)
  {
    const double width = range.Maximum - range.Minimum;
    this->Offsets.push_back(range.Minimum);
    this->Scales.push_back(width > 0.0 ? 1.0 / width : 0.0);
  }
  if (volume.Invalid)
  {
    const std::uint8_t* const end = volume.Invalid + volume.GetPoints();
    this->FirstValid = std::size_t(std::find(volume.Invalid, end, 0) - volume.Invalid);
  }
  if (this->FirstValid >= volume.GetPoints())
  {
    throw std::invalid_argument("the volume has no valid point to fit a network to");
  }
}

template <typename T>
std::array<float, 3> VolumeSampler<T>::CenterOf(std::size_t point) const
{
  const auto nx = std::size_t(this->Volume.Dimensions[0]), ny = std::size_t(this->Volume.Dimensions[1]);
  return { (float(point % nx) + 0.5f) / float(nx), (float(point / nx % ny) + 0.5f) / float(ny),
    (float(point / (nx * ny)) + 0.5f) / float(this->Volume.Dimensions[2]) };
}

template <typename T>
double VolumeSampler<T>::ValidWeight(const Cell& cell) const
{
  return Interpolate(cell, [this](std::size_t point) { return this->Volume.Invalid[point] ? 0.0 : 1.0; });
}

/// Draws anew from the whole volume while there is no valid point around; a lone valid region that
/// chance does not find is represented by its first point.
template <typename T>
std::array<float, 3> VolumeSampler<T>::DrawPosition(std::uint64_t stream, std::uint64_t code, Cell& cell) const
{
  constexpr int attempts = 64;
  for (int attempt = 0; attempt < attempts; ++attempt)
  {
    const std::array<float, 3> position = MortonPosition(code);
    cell = FindCell(this->Volume.Dimensions, position);
    if (!this->Volume.Invalid || this->ValidWeight(cell) > 0.0)
    {
      return position;
    }
    code = RandomBits(stream, ~code) >> 1;
  }
  const std::array<float, 3> position = this->CenterOf(this->FirstValid);
  cell = FindCell(this->Volume.Dimensions, position);
  return position;
}

/// The mean of the valid points around, by their trilinear weights, normalised.
template <typename T>
double VolumeSampler<T>::InterpolateComponent(const Cell& cell, int component) const
{
  const auto valueAt = [this, component](std::size_t point)
  { return double(this->Values[point * this->Volume.Components + component]); };
  double value;
  if (this->Volume.Invalid)
  {
    const auto validAt = [&](std::size_t point) { return this->Volume.Invalid[point] ? 0.0 : valueAt(point); };
    value = Interpolate(cell, validAt) / this->ValidWeight(cell);
  }
  else
  {
    value = Interpolate(cell, valueAt);
  }
  return (value - this->Offsets[component]) * this->Scales[component];
}

/// Asks for the cell's values ahead of their use: they are scattered, and waiting for each in turn
/// would take most of the time.
template <typename T>
void VolumeSampler<T>::Prefetch(const Cell& cell) const
{
  for (const std::size_t z : cell.Z.Offset)
  {
    for (const std::size_t y : cell.Y.Offset)
    {
      __builtin_prefetch(this->Values + (z + y + cell.X.Offset[0]) * this->Volume.Components);
    }
  }
}

template <typename T>
void VolumeSampler<T>::Draw(std::uint64_t step, std::size_t batchSize, std::size_t begin, std::size_t count, float* x,
  float* y, float* z, float* targets) const
{
  constexpr std::size_t ahead = 32;
  const std::uint64_t stream = RandomBits(this->Seed, step);
  const std::uint64_t stratum = (std::uint64_t(1) << 63) / batchSize;
  const int components = this->Volume.Components;
  Cell cells[ahead];
  for (std::size_t i = 0; i < count + ahead; ++i)
  {
    Cell& cell = cells[i % ahead];
    if (i >= ahead)
    {
      for (int c = 0; c < components; ++c)
      {
        targets[(i - ahead) * components + c] = float(this->InterpolateComponent(cell, c));
      }
    }
    if (i < count)
    {
      const std::uint64_t index = begin + i;
      const std::uint64_t random = RandomBits(stream, index);
      const auto jitter = std::uint64_t((static_cast<unsigned __int128>(random) * stratum) >> 64);
      const std::array<float, 3> position = this->DrawPosition(stream, index * stratum + jitter, cell);
      x[i] = position[0];
      y[i] = position[1];
      z[i] = position[2];
      this->Prefetch(cell);
    }
  }
}

} // namespace

std::unique_ptr<SampleSource> MakeVolumeSampler(
  const VolumeView& volume, std::span<const ValueRange> ranges, std::uint64_t seed)
{
  if (ranges.size() != std::size_t(volume.Components))
  {
    throw std::invalid_argument("the volume has " + std::to_string(volume.Components) + " components, but " +
                                std::to_string(ranges.size()) + " value ranges were given");
  }
  return Dispatch(volume.Type,
    [&](auto zero) -> std::unique_ptr<SampleSource>
    { return std::make_unique<VolumeSampler<decltype(zero)>>(volume, ranges, seed); });
}

} // namespace neuralvolume
