// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "model/Bytes.h"
#include "Forgery.h"
#include "Models.h"
#include "model/File.h"
#include "model/Parts.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>

using namespace neuralvolume;
using namespace neuralvolume::forgery;

TEST_CASE("bytes: a model comes back as it was")
{
  Model model = models::MakeRichModel();
  CHECK(Deserialize(Serialize(model)) == model);
  model.Array.Kind = Association::Cells;
  model.Invalid.clear();
  models::AddMacroCells(model);
  model.Report.Psnr = std::numeric_limits<double>::infinity();
  CHECK(Deserialize(Serialize(model)) == model);
  model.Report.Ssim = std::numeric_limits<double>::quiet_NaN();
  CHECK(std::isnan(Deserialize(Serialize(model)).Report.Ssim));
}

TEST_CASE("bytes: the same model gives the same bytes, also after a round trip")
{
  const Bytes bytes = Serialize(models::MakeRichModel());
  CHECK(Serialize(models::MakeRichModel()) == bytes);
  CHECK(Serialize(Deserialize(bytes)) == bytes);
}

TEST_CASE("bytes: parameters are half precision, little-endian, as they lie in the flat vector")
{
  const Model model = models::MakeRichModel();
  const Bytes bytes = Serialize(model);
  const Json table = Json::parse(Parts(bytes).Header)["sections"];
  CHECK(table[0]["name"] == "parameters");
  CHECK(table[0]["encoding"] == "raw");
  const std::string sections = Parts(bytes).Sections;
  for (std::size_t i = 0; i < model.Parameters.size(); ++i)
  {
    const auto low = std::uint8_t(sections[2 * i]);
    const auto high = std::uint8_t(sections[2 * i + 1]);
    CHECK(model.Parameters[i].Bits == low + 256 * high);
  }
}

TEST_CASE("bytes: each byte altered is refused")
{
  Bytes bytes = Serialize(models::MakeRichModel());
  for (std::byte& byte : bytes)
  {
    for (const int flip : { 0x01, 0x80, 0xff })
    {
      byte ^= std::byte(flip);
      CHECK_THROWS_AS(Deserialize(bytes), std::runtime_error);
      byte ^= std::byte(flip);
    }
  }
  CHECK_NOTHROW(Deserialize(bytes));
}

TEST_CASE("bytes: each length cut and each one extended is refused")
{
  Bytes bytes = Serialize(models::MakeRichModel());
  for (std::size_t length = 0; length < bytes.size(); ++length)
  {
    CHECK_THROWS_AS(Deserialize({ bytes.data(), length }), std::runtime_error);
  }
  bytes.push_back(std::byte(0));
  CHECK_THROWS_WITH_AS(Deserialize(bytes), doctest::Contains("copy it again"), std::runtime_error);
}

TEST_CASE("bytes: models that lie end to end come apart as they were, whatever else is refused")
{
  Model model = models::MakeRichModel();
  model.Time = 0.1;
  const Bytes first = Serialize(models::MakeRichModel());
  const Bytes second = Serialize(model);
  Bytes both = first;
  both.insert(both.end(), second.begin(), second.end());
  const auto parts = SplitModels(both);
  REQUIRE(parts.size() == 2);
  CHECK(Deserialize(parts[0]) == models::MakeRichModel());
  CHECK(Deserialize(parts[1]) == model);
  CHECK(Describe(parts[1]).Time == 0.1);
  CHECK(Describe(parts[0]).Array == model.Array);
  CHECK(Describe(parts[0]).Parameters.empty());
  CHECK(SplitModels(first).size() == 1);
  CHECK_THROWS_WITH_AS(Deserialize(both), doctest::Contains("bytes and has"), std::runtime_error);
  for (std::size_t length = 0; length < both.size(); ++length)
  {
    if (length == first.size())
    {
      continue;
    }
    CHECK_THROWS_AS(SplitModels({ both.data(), length }), std::runtime_error);
  }
  const std::uint64_t none = 0; // a length that would never end
  std::memcpy(both.data() + first.size() + 16, &none, sizeof none);
  CHECK_THROWS_AS(SplitModels(both), std::runtime_error);
}

TEST_CASE("bytes: the parts are all there is")
{
  Model model = models::MakeModel({ .Levels = 3, .Log2HashmapSize = 8, .Width = 16 }, { 20, 9, 8 }, 1);
  models::AddMacroCells(model);
  models::MarkInvalid(model, 7);
  const Bytes bytes = Serialize(model);
  const std::vector<Part> parts = PartsOf(bytes);
  std::uint64_t sum = 0;
  std::string names;
  for (const Part& part : parts)
  {
    sum += part.Bytes;
    names += part.Name + ", ";
  }
  CHECK(sum == bytes.size());
  CHECK(names == "header, mlp, level 0, level 1, level 2, macro_cells, invalid, checksum, ");
  CHECK(parts.front().Bytes < 250); // what all headers say costs next to nothing
  CHECK(parts.back().Bytes == ChecksumLength);
}

TEST_CASE("bytes: the header of an ordinary model is short")
{
  const NetworkConfig network{ .Levels = 12, .FeaturesPerLevel = 2, .Log2HashmapSize = 9, .PerLevelScale = 1.2080894f };
  Model model = models::MakeModel(network, { 97, 33, 89 }, 1, {}, ScalarType::UInt8, { 3.0, 251.0 });
  models::AddMacroCells(model);
  model.Report = { 34.28147182, {}, 0.93128761, 68.0, 17.0, 0.0318273, { 7.0, {} }, 2450, 0, 0, "cpu", "converged" };
  for (int bin = -9; bin <= 9; ++bin)
  {
    model.Report.Histogram.Counts.push_back(std::uint64_t(123456.0 * std::exp(-std::abs(bin))));
  }
  model.Report.OriginalBytes = model.GetValueBytes();
  const std::size_t frame = PartsOf(Serialize(model))[0].Bytes - PreambleLength;
  CHECK(frame <= 150);
}

TEST_CASE("bytes: the digits that say something come back")
{
  Model model = models::MakeRichModel();
  model.Network.PerLevelScale = 1.3195079f;
  model.Array.Type = ScalarType::Float32;
  model.Array.Ranges = { { double(0.1f), double(1e30f) }, { double(-7.3e-9f), 5.0 } };
  models::AddMacroCells(model);
  model.Report = { 34.28147182, 32.1693, 0.93128761, 0.12345678901234567, 16.123456, -0.0318273,
    { 0.012345678, { 1, 98765, 149 } }, 7, 0, 1, "cpu", "steps" };
  const Model again = Deserialize(Serialize(model));
  CHECK(again.Network == model.Network);
  CHECK(again.Array == model.Array);
  CHECK(again.Report == Rounded(model.Report));
  CHECK(again.Report == FitReport{ 34.2815, 32.17, 0.93129, 0.12345678901234567, 16.123, -0.03183,
                          { 0.0123457, { 1, 99000, 150 } }, 7, 0, 1, "cpu", "steps" });
  CHECK(Rounded(again.Report) == again.Report);
}

TEST_CASE("bytes: models whose parts disagree cannot be written")
{
  const Model good = models::MakeRichModel();
  const auto refuse = [&](auto&& edit, const char* reason)
  {
    Model model = good;
    edit(model);
    CHECK_THROWS_WITH_AS(Serialize(model), doctest::Contains(reason), std::invalid_argument);
  };
  refuse([](Model& model) { model.Parameters.pop_back(); }, "parameters");
  refuse([](Model& model) { model.Invalid.pop_back(); }, "one bit a sample");
  refuse([](Model& model) { model.MacroCells = {}; }, "macro cells");
  refuse([](Model& model) { model.MacroCells.Bounds[0] = std::nanf(""); }, "macro cell");
  refuse([](Model& model) { model.Geometry.Spacing[1] = 0.0; }, "spacing");
  refuse([](Model& model) { model.Array.Ranges.pop_back(); }, "components");
  refuse([](Model& model) { model.Array.Name = "\xff"; }, "UTF-8");
  refuse([](Model& model) { model.Report.Histogram.Counts.push_back(1); }, "4 bins");
  refuse([](Model& model) { model.Report.Histogram.Counts.resize(23); }, "23 bins");
  refuse([](Model& model) { model.Report.Histogram.BinWidth = -1.0; }, "width");
}

TEST_CASE("bytes: the golden file of version 1 opens")
{
  Model model = Deserialize(ReadFile(NEURALVOLUME_GOLDEN "/version-1.nvol"));
  const Model rich = models::MakeRichModel();
  CHECK(std::isnan(model.Report.Percentile999Error));
  CHECK(std::isnan(model.Report.MeanError));
  CHECK(model.Report.Histogram.Counts.empty());
  model.Report.Percentile999Error = rich.Report.Percentile999Error;
  model.Report.MeanError = rich.Report.MeanError;
  model.Report.Histogram = rich.Report.Histogram;
  CHECK(model == rich);
}

TEST_CASE("bytes: the golden file of version 2 opens")
{
  CHECK(Deserialize(ReadFile(NEURALVOLUME_GOLDEN "/version-2.nvol")) == models::MakeRichModel());
}
