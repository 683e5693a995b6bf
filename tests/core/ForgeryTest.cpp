// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Forgery.h"
#include "Models.h"
#include "model/Bytes.h"

#include <doctest/doctest.h>

using namespace neuralvolume;
using namespace neuralvolume::forgery;

namespace
{

/// Opens as the very model, or is refused: nothing in between.
void CheckRefusedOrWhole(const Bytes& bytes)
{
  try
  {
    const Model model = Deserialize(bytes);
    CHECK(Serialize(model).size() > 0);
  }
  catch (const std::runtime_error& error)
  {
    CHECK(std::string(error.what()).size() > 20);
  }
}

} // namespace

TEST_CASE("bytes: what is wrong is said")
{
  const Bytes good = Serialize(models::MakeRichModel());
  Bytes bytes = good;
  bytes[0] = std::byte('x');
  CHECK_THROWS_WITH_AS(Deserialize(bytes), doctest::Contains("does not begin as one"), std::runtime_error);
  bytes = good;
  bytes[8] = std::byte(3);
  CHECK_THROWS_WITH_AS(Deserialize(bytes), doctest::Contains("version 3"), std::runtime_error);
  bytes = good;
  bytes[100] ^= std::byte(4);
  CHECK_THROWS_WITH_AS(Deserialize(bytes), doctest::Contains("checksum"), std::runtime_error);
  CHECK_THROWS_WITH_AS(Deserialize(WithEditedHeader(good, [](Json& h) { h["geometry"].erase("spacing"); })),
    doctest::Contains("'geometry.spacing' is missing"), std::runtime_error);
}

TEST_CASE("bytes: each forged field is refused although the checksum is right")
{
  const Bytes good = Serialize(models::MakeRichModel());
  REQUIRE_NOTHROW(Deserialize(WithEditedHeader(good, [](Json&) {})));
  struct Forgery
  {
    std::string Pointer;
    Json Value;
  };
  const double huge = 1e300;
  const Forgery forgeries[] = {
    { "/network/levels", 0 },
    { "/network/levels", 2 },
    { "/network/levels", 33 },
    { "/network/levels", 1.0 },
    { "/network/levels", "1" },
    { "/network/levels", nullptr },
    { "/network/levels", 4294967297 },
    { "/network/levels", -1 },
    { "/network/features_per_level", 3 },
    { "/network/log2_hashmap_size", 29 },
    { "/network/base_resolution", 2000000000 },
    { "/network/per_level_scale", huge },
    { "/network/per_level_scale", nullptr },
    { "/network/width", 128 },
    { "/network/hidden_layers", 2 },
    { "/network/outputs", 1 },
    { "/network/outputs", 17 },
    { "/network", Json::array() },
    { "/geometry/extent/1", 2000000000 },
    { "/geometry/extent/1", -4 },
    { "/geometry/extent/1", 1048600 },
    { "/geometry/extent/1", 6 },
    { "/geometry/extent/1", 1e18 },
    { "/geometry/extent/0", -2147483648 },
    { "/geometry/extent", { -3, 5, 10, 13 } },
    { "/geometry/extent", { 0, 1000000, 0, 1000000, 0, 1000000 } }, // 2^60 samples
    { "/geometry/extent", { 0, 8000, 0, 8000, 0, 8000 } },          // cells and mask that the file cannot hold
    { "/geometry/spacing/0", 0.0 },
    { "/geometry/spacing/0", nullptr },
    { "/geometry/spacing/0", "nan" },
    { "/geometry/origin/2", true },
    { "/geometry/direction/8", 0.0 },
    { "/geometry/direction/8", nullptr },
    { "/array/type", "float16" },
    { "/array/type", 3 },
    { "/array/name", 5 },
    { "/array/association", "edges" },
    { "/array/ranges", Json::array() },
    { "/array/ranges/0", { 1.0, 0.0 } },
    { "/array/ranges/0", { 1.0 } },
    { "/array/ranges/0/0", nullptr },
    { "/macro_cells/cell_size", 0 },
    { "/macro_cells/cell_size", 4 },
    { "/macro_cells/cell_size", 1000000 },
    { "/report/steps", -1 },
    { "/report/psnr", "good" },
    { "/report/maximum_error", nullptr },
    { "/report/percentile_999_error", "9" },
    { "/report/mean_error", true },
    { "/report/network_psnr", "better" },
    { "/report/error_histogram", nullptr },
    { "/report/error_histogram/bin_width", nullptr },
    { "/report/error_histogram/counts", 3 },
    { "/report/error_histogram/counts", { 1, 2 } },
    { "/report/error_histogram/counts/1", -1 },
    { "/report/error_histogram/counts/1", 0.5 },
    { "/sections", Json::object() },
    { "/sections", Json::array() },
    { "/sections/0", 7 },
    { "/sections/0/name", "weights" },
    { "/sections/0/name", "invalid" },
    { "/sections/0/encoding", "zstd" },
    { "/sections/0/encoding", "lzma" },
    { "/sections/0/encoding", "range" },
    { "/sections/1/encoding", "raw" },
    { "/sections/1/encoding", "zstd" },
    { "/sections/2/encoding", "range" },
    { "/sections/1/length", 0 },
    { "/sections/1/length", 100000 },
    { "/sections/0/length", 1038 },
    { "/sections/0/length", 18446744073709551615u },
    { "/sections/2/length", 0 },
    { "/sections/0/length", 1e3 },
  };
  for (const Forgery& forgery : forgeries)
  {
    CAPTURE(forgery.Pointer);
    CAPTURE(forgery.Value.dump());
    const auto edit = [&](Json& header) { header[Json::json_pointer(forgery.Pointer)] = forgery.Value; };
    CHECK_THROWS_AS(Deserialize(WithEditedHeader(good, edit)), std::runtime_error);
  }
}

TEST_CASE("bytes: sections missing, added and doubled are refused")
{
  const Bytes good = Serialize(models::MakeRichModel());
  const auto refuse = [&](auto&& edit)
  { CHECK_THROWS_AS(Deserialize(WithEditedHeader(good, edit)), std::runtime_error); };
  refuse([](Json& header) { header["sections"].erase(0); });
  refuse([](Json& header) { header["sections"].erase(1); });
  refuse([](Json& header) { header["sections"].erase(2); });
  refuse([](Json& header) { header["sections"].push_back(header["sections"][2]); });
  Parts parts(good);
  Json header = Json::parse(parts.Header);
  header["sections"].push_back({ { "name", "extra" }, { "encoding", "raw" }, { "length", 4 } });
  parts.Header = header.dump();
  parts.Sections += "abcd";
  CHECK_THROWS_WITH_AS(Deserialize(parts.Join(good)), doctest::Contains("unknown"), std::runtime_error);
}

TEST_CASE("bytes: parameters that are not finite are refused both ways")
{
  Model model = models::MakeRichModel();
  const Bytes good = Serialize(model);
  for (const char* half : { "\x00\x7c", "\x00\xfc", "\x01\x7e" })
  {
    Parts parts(good);
    parts.Sections.replace(10, 2, std::string(half, 2));
    CHECK_THROWS_WITH_AS(Deserialize(parts.Join(good)), doctest::Contains("not finite"), std::runtime_error);
  }
  model.Parameters[5].Bits = 0x7c00;
  CHECK_THROWS_AS(Serialize(model), std::invalid_argument);
}

TEST_CASE("bytes: a header that is not the expected JSON is refused")
{
  const Bytes good = Serialize(models::MakeRichModel());
  const std::string header = Parts(good).Header;
  for (const std::string& text : { std::string(), std::string("[]"), std::string("null"), header + "x",
         header.substr(0, header.size() - 1), std::string(1 << 19, '['), std::string((1 << 20) + 1, ' ') })
  {
    CHECK_THROWS_AS(Deserialize(WithHeader(good, text)), std::runtime_error);
  }
}

TEST_CASE("bytes: a header whose frame is damaged or claims too much is refused")
{
  const Bytes good = Serialize(models::MakeRichModel());
  const Parts parts(good);
  const Bytes frame = Compress(std::as_bytes(std::span(parts.Header)), HeaderDictionary);
  const auto refuse = [&](std::span<const std::byte> other, const char* reason)
  { CHECK_THROWS_WITH_AS(Deserialize(parts.JoinFrame(good, other)), doctest::Contains(reason), std::runtime_error); };
  refuse({}, "no zstd frame");
  refuse(std::as_bytes(std::span(parts.Header)), "no zstd frame");
  refuse(Compress(Bytes(1 << 21)), "no zstd frame");
  refuse(std::span(frame).first(frame.size() - 1), "does not decompress");
  Bytes twice = frame;
  twice.insert(twice.end(), frame.begin(), frame.end());
  refuse(twice, "does not decompress");
}

TEST_CASE("bytes: random forgeries never crash")
{
  const Bytes good = Serialize(models::MakeRichModel());
  const Parts original(good);
  for (std::uint64_t trial = 0; trial < 20000; ++trial)
  {
    Parts parts = original;
    std::string& target = trial % 4 ? parts.Header : parts.Sections;
    for (std::uint64_t edit = 0; edit <= trial % 3; ++edit)
    {
      const std::size_t at = RandomBits(trial, 2 * edit) % target.size();
      const char* digits = "0123456789-.eE\"[]{},:";
      const std::uint64_t random = RandomBits(trial, 2 * edit + 1);
      target[at] = trial % 2 ? digits[random % 21] : char(random);
    }
    CheckRefusedOrWhole(parts.Join(good));
  }
}
