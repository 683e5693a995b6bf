// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "decode/Decode.h"
#include "Models.h"
#include "decode/Evaluate.h"
#include "model/Coordinates.h"
#include "network/Field.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

using namespace neuralvolume;

namespace
{

NetworkConfig SmallNetwork(int outputs = 1)
{
  NetworkConfig config;
  config.Levels = 4;
  config.Log2HashmapSize = 12;
  config.BaseResolution = 4;
  config.Width = 16;
  config.Outputs = outputs;
  return config;
}

template <typename Value>
std::vector<Value> DecodeRegion(const Model& model, const Region& region)
{
  std::vector<Value> values(region.GetSamples() * model.Array.Ranges.size());
  Decode(model, *MakeEvaluator(model.Network, model.Parameters), region, std::as_writable_bytes(std::span(values)));
  return values;
}

/// The field function at a sample, clamped to [0, 1].
double NormalisedAt(const Model& model, int x, int y, int z, int component)
{
  const auto n = model.GetDimensions();
  const float position[3] = { float((x + 0.5) / n[0]), float((y + 0.5) / n[1]), float((z + 0.5) / n[2]) };
  float values[MaxOutputs];
  EvaluateField(MakeLayout(model.Network), model.Parameters.data(), position, values);
  return std::clamp(double(values[component]), 0.0, 1.0);
}

template <typename Value>
void CheckDecodedIntegers(ScalarType type, double minimum, double maximum, double tolerance)
{
  CAPTURE(NameOf(type));
  const Model model = models::MakeModel(SmallNetwork(), { 35, 9, 10 }, 3, { .Gain = 3.0f }, type, { minimum, maximum });
  const std::vector<Value> values = DecodeRegion<Value>(model, WholeVolume(model));
  std::size_t i = 0;
  for (int z = 0; z < 10; ++z)
  {
    for (int y = 0; y < 9; ++y)
    {
      for (int x = 0; x < 35; ++x, ++i)
      {
        const double expected = std::lerp(minimum, maximum, NormalisedAt(model, x, y, z, 0));
        CHECK(std::abs(double(values[i]) - expected) <= tolerance);
      }
    }
  }
  CHECK(*std::ranges::min_element(values) == Value(minimum));
}

} // namespace

TEST_CASE("decode: every type gets the field at the samples' centres, in its own units, rounded and clamped")
{
  const double exact = 0.5001; // rounding
  CheckDecodedIntegers<std::int8_t>(ScalarType::Int8, -128, 127, exact + 255 * 1e-3);
  CheckDecodedIntegers<std::uint8_t>(ScalarType::UInt8, 0, 255, exact + 255 * 1e-3);
  CheckDecodedIntegers<std::int16_t>(ScalarType::Int16, -1000, 3071, exact + 4071 * 1e-3);
  CheckDecodedIntegers<std::uint16_t>(ScalarType::UInt16, 7, 65535, exact + 65535 * 1e-3);
  CheckDecodedIntegers<std::int32_t>(ScalarType::Int32, -2147483648.0, 2147483647.0, 4294967295.0 * 1e-3);
  CheckDecodedIntegers<std::uint32_t>(ScalarType::UInt32, 0.0, 4294967295.0, 4294967295.0 * 1e-3);
  CheckDecodedIntegers<float>(ScalarType::Float32, -2.5, 1.0, 3.5 * 1e-3);
  CheckDecodedIntegers<double>(ScalarType::Float64, -1e308, 1e308, 2e305);
}

TEST_CASE("decode: the largest 64-bit integers do not overflow")
{
  constexpr auto largest = std::numeric_limits<std::int64_t>::max();
  Model model =
    models::MakeModel(SmallNetwork(), { 8, 8, 8 }, 3, {}, ScalarType::Int64, { double(largest), double(largest) });
  for (const std::int64_t value : DecodeRegion<std::int64_t>(model, WholeVolume(model)))
  {
    CHECK(value == largest);
  }
  model.Array.Type = ScalarType::UInt64;
  model.Array.Ranges = { { 0.0, double(std::numeric_limits<std::uint64_t>::max()) } };
  for (const std::uint64_t value : DecodeRegion<std::uint64_t>(model, WholeVolume(model)))
  {
    const double normalised = double(value) / model.Array.Ranges[0].Maximum;
    CHECK((normalised >= 0.0 && normalised <= 1.0));
  }
}

TEST_CASE("decode: components are interleaved, each in its own range")
{
  Model model = models::MakeModel(SmallNetwork(3), { 5, 6, 7 }, 5, { .Gain = 3.0f });
  model.Array.Ranges = { { 0.0, 1.0 }, { -10.0, 10.0 }, { 5.0, 5.0 } };
  const std::vector<float> values = DecodeRegion<float>(model, WholeVolume(model));
  const std::size_t at = 3 * ((6 * 6 + 2) * 5 + 4);
  CHECK(values[at] == doctest::Approx(NormalisedAt(model, 4, 2, 6, 0)).epsilon(1e-3));
  CHECK(values[at + 1] == doctest::Approx(-10.0 + 20.0 * NormalisedAt(model, 4, 2, 6, 1)).epsilon(1e-3));
  CHECK(values[at + 2] == 5.0f);
}

TEST_CASE("decode: a region at a stride is that part of the whole, bit by bit")
{
  Model model = models::MakeModel(SmallNetwork(2), { 70, 21, 19 }, 9);
  model.Geometry.Extent = { -5, 64, 100, 120, 3, 21 };
  const std::vector<float> whole = DecodeRegion<float>(model, WholeVolume(model));
  for (const int stride : { 1, 2, 3, 50 })
  {
    const Region region = RegionOfExtent(model, { -2, 60, 101, 119, 4, 20 }, stride);
    const std::vector<float> part = DecodeRegion<float>(model, region);
    std::size_t i = 0;
    for (int z = 1; z <= 17; z += stride)
    {
      for (int y = 1; y <= 19; y += stride)
      {
        for (int x = 3; x <= 65; x += stride, i += 2)
        {
          const std::size_t j = 2 * std::size_t((z * 21 + y) * 70 + x);
          CHECK((part[i] == whole[j] && part[i + 1] == whole[j + 1]));
        }
      }
    }
    CHECK(i == part.size());
  }
}

TEST_CASE("decode: samples without a value are NaN, in integers the component's minimum")
{
  Model model = models::MakeModel(SmallNetwork(2), { 5, 4, 3 }, 3);
  model.Array.Ranges = { { -3.0, 9.0 }, { 2.0, 4.0 } };
  models::MarkInvalid(model, 33);
  const std::vector<float> values = DecodeRegion<float>(model, WholeVolume(model));
  for (std::size_t i = 0; i < values.size(); ++i)
  {
    CHECK(std::isnan(values[i]) == (i / 2 == 33));
  }
  model.Array.Type = ScalarType::Int16;
  const std::vector<std::int16_t> integers = DecodeRegion<std::int16_t>(model, WholeVolume(model));
  CHECK((integers[66] == -3 && integers[67] == 2));
}

TEST_CASE("decode: regions outside the volume are refused and named")
{
  const Model model = models::MakeModel(SmallNetwork(), { 5, 4, 3 }, 3);
  CHECK_THROWS_WITH_AS(
    RegionOfExtent(model, { 0, 4, 0, 4, 0, 2 }), doctest::Contains("0 to 4 along y"), std::invalid_argument);
  CHECK_THROWS_AS(RegionOfExtent(model, { 3, 2, 0, 3, 0, 2 }), std::invalid_argument);
  CHECK_THROWS_WITH_AS(WholeVolume(model, 0), doctest::Contains("stride"), std::invalid_argument);
  const auto evaluator = MakeEvaluator(model.Network, model.Parameters);
  std::vector<float> values(1);
  CHECK_THROWS_AS(
    Decode(model, *evaluator, WholeVolume(model), std::as_writable_bytes(std::span(values))), std::invalid_argument);
  CHECK_THROWS_AS(Decode(model, *evaluator, { { 5, 0, 0 }, { 1, 1, 1 } }, std::as_writable_bytes(std::span(values))),
    std::invalid_argument);
}

TEST_CASE("coordinates: points lie at half samples, through origin, spacing and direction")
{
  Model model = models::MakeModel(SmallNetwork(), { 4, 5, 6 }, 3);
  model.Geometry = { { 2, 5, -1, 3, 0, 5 }, { 10.0, 20.0, 30.0 }, { 0.5, 2.0, -1.0 },
    { 0.0, -1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0 } };
  // Point (3, 0, 4): one step along x, one along y and four along z from the first.
  const std::array<double, 3> world = { 10.0 - 0.0, 20.0 + 3 * 0.5, 30.0 - 4.0 };
  const auto unit = PhysicalToUnit(model).Apply(world);
  CHECK(unit[0] == doctest::Approx(1.5 / 4));
  CHECK(unit[1] == doctest::Approx(1.5 / 5));
  CHECK(unit[2] == doctest::Approx(4.5 / 6));
  const auto back = UnitToPhysical(model).Apply(unit);
  for (int axis = 0; axis < 3; ++axis)
  {
    CHECK(back[axis] == doctest::Approx(world[axis]));
  }
}

TEST_CASE("coordinates: cells fill the unit cube, as thick as a sample where there is one plane of points")
{
  Model model = models::MakeModel(SmallNetwork(), { 5, 4, 1 }, 3);
  model.Array.Kind = Association::Cells;
  CHECK(model.GetDimensions() == std::array{ 4, 3, 1 });
  const AffineMap toUnit = PhysicalToUnit(model);
  CHECK(toUnit.Apply({ 0.0, 0.0, 0.0 })[0] == doctest::Approx(0.0));
  CHECK(toUnit.Apply({ 4.0, 3.0, 0.0 })[1] == doctest::Approx(1.0));
  CHECK(toUnit.Apply({ 0.5, 0.5, 0.0 })[0] == doctest::Approx(0.5 / 4));
  CHECK(toUnit.Apply({ 0.5, 0.5, 0.0 })[2] == doctest::Approx(0.5));
}

TEST_CASE("evaluate: world positions of samples give the decoded values; outside and without a value is NaN")
{
  Model model = models::MakeModel(SmallNetwork(2), { 17, 12, 11 }, 3);
  model.Geometry.Spacing = { 0.25, 1.5, 3.0 };
  model.Geometry.Origin = { -1.0, 2.0, 1e3 };
  model.Array.Ranges = { { -1.0, 1.0 }, { 0.0, 100.0 } };
  models::MarkInvalid(model, 100);
  const std::vector<float> decoded = DecodeRegion<float>(model, WholeVolume(model));
  const AffineMap toPhysical = UnitToPhysical(model);
  std::vector<double> points;
  for (int z = 0; z < 11; ++z)
  {
    for (int y = 0; y < 12; ++y)
    {
      for (int x = 0; x < 17; ++x)
      {
        const auto point = toPhysical.Apply({ (x + 0.5) / 17, (y + 0.5) / 12, (z + 0.5) / 11 });
        points.insert(points.end(), point.begin(), point.end());
      }
    }
  }
  for (const auto& unit : { std::array{ -0.01, 0.5, 0.5 }, { 0.5, 1.01, 0.5 }, { 0.5, 0.5, std::nan("") } })
  {
    const auto outside = toPhysical.Apply(unit);
    points.insert(points.end(), outside.begin(), outside.end());
  }
  std::vector<float> values(points.size() / 3 * 2);
  EvaluatePoints(model, *MakeEvaluator(model.Network, model.Parameters), points, Frame::Physical, values);
  for (std::size_t i = 0; i < values.size(); ++i)
  {
    const bool hasValue = i < decoded.size() && i / 2 != 100;
    CHECK(std::isnan(values[i]) == !hasValue);
    CHECK((!hasValue || std::abs(values[i] - decoded[i]) <= 1e-2 * (i % 2 ? 100.0 : 2.0)));
  }
  CHECK_THROWS_AS(EvaluatePoints(model, *MakeEvaluator(model.Network, model.Parameters), points, Frame::Unit,
                    std::span(values).first(1)),
    std::invalid_argument);
}
