// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#define XXH_INLINE_ALL
#include "model/Bytes.h"
#include "Models.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <xxhash.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include <csignal>
#include <sys/resource.h>

using namespace neuralvolume;
using Json = nlohmann::json;

namespace
{

using Bytes = std::vector<std::byte>;

constexpr std::size_t PreambleLength = 24;
constexpr std::size_t ChecksumLength = 8;

/// A byte string taken apart, to be altered and put together again with the right lengths and checksum:
/// what somebody does who wants to harm, not what damage does.
struct Parts
{
  std::string Header;
  std::string Sections;

  explicit Parts(const Bytes& bytes)
  {
    std::uint32_t length;
    std::memcpy(&length, bytes.data() + 12, sizeof length);
    const auto* text = reinterpret_cast<const char*>(bytes.data());
    this->Header.assign(text + PreambleLength, length);
    const std::size_t begin = PreambleLength + length;
    this->Sections.assign(text + begin, bytes.size() - begin - ChecksumLength);
  }

  Bytes Join(const Bytes& original) const
  {
    const auto headerLength = std::uint32_t(this->Header.size());
    const std::uint64_t total = PreambleLength + this->Header.size() + this->Sections.size() + ChecksumLength;
    std::string text(reinterpret_cast<const char*>(original.data()), 12);
    text.append(reinterpret_cast<const char*>(&headerLength), sizeof headerLength);
    text.append(reinterpret_cast<const char*>(&total), sizeof total);
    text += this->Header + this->Sections;
    const std::uint64_t checksum = XXH3_64bits(text.data(), text.size());
    text.append(reinterpret_cast<const char*>(&checksum), sizeof checksum);
    const auto* begin = reinterpret_cast<const std::byte*>(text.data());
    return { begin, begin + text.size() };
  }
};

Bytes WithHeader(const Bytes& bytes, const std::string& header)
{
  Parts parts(bytes);
  parts.Header = header;
  return parts.Join(bytes);
}

template <typename Edit>
Bytes WithEditedHeader(const Bytes& bytes, Edit&& edit)
{
  Json header = Json::parse(Parts(bytes).Header);
  edit(header);
  return WithHeader(bytes, header.dump());
}

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

/// A folder that goes with everything in it.
class Folder
{
public:
  Folder()
  {
    std::string name = (std::filesystem::temp_directory_path() / "neuralvolume-XXXXXX").string();
    this->Path = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(this->Path); }
  std::string File(const char* name) const { return this->Path / name; }
  std::size_t Count() const { return std::size_t(std::distance(std::filesystem::directory_iterator(this->Path), {})); }

private:
  std::filesystem::path Path;
};

} // namespace

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

TEST_CASE("bytes: what is wrong is said")
{
  const Bytes good = Serialize(models::MakeRichModel());
  Bytes bytes = good;
  bytes[0] = std::byte('x');
  CHECK_THROWS_WITH_AS(Deserialize(bytes), doctest::Contains("does not begin as one"), std::runtime_error);
  bytes = good;
  bytes[8] = std::byte(2);
  CHECK_THROWS_WITH_AS(Deserialize(bytes), doctest::Contains("version 2"), std::runtime_error);
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
    { "/sections", Json::object() },
    { "/sections", Json::array() },
    { "/sections/0", 7 },
    { "/sections/0/name", "weights" },
    { "/sections/0/name", "invalid" },
    { "/sections/0/encoding", "zstd" },
    { "/sections/0/encoding", "lzma" },
    { "/sections/0/offset", 2 },
    { "/sections/1/offset", 0 },
    { "/sections/1/offset", 18446744073709551615u },
    { "/sections/0/length", 1038 },
    { "/sections/0/length", 18446744073709551615u },
    { "/sections/0/raw_length", 1 },
    { "/sections/1/raw_length", 1ull << 40 },
    { "/sections/2/raw_length", 15 },
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
  const std::size_t end = parts.Sections.size();
  header["sections"].push_back(
    { { "name", "extra" }, { "encoding", "raw" }, { "offset", end }, { "length", 4 }, { "raw_length", 4 } });
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
}

TEST_CASE("bytes: the golden file of version 1 opens")
{
  const Model model = ReadFile(NEURALVOLUME_GOLDEN "/version-1.nvol");
  CHECK(model == models::MakeRichModel());
}

TEST_CASE("files: written and read; an old file gives way to the new one alone")
{
  const Folder folder;
  const Model model = models::MakeRichModel();
  Model other = model;
  other.Array.Name = "other";
  WriteFile(other, folder.File("a.nvol"));
  WriteFile(model, folder.File("a.nvol"));
  CHECK(ReadFile(folder.File("a.nvol")) == model);
  CHECK(folder.Count() == 1);
}

TEST_CASE("files: a full disk leaves what was there, and nothing else")
{
  const Folder folder;
  Model model = models::MakeRichModel();
  WriteFile(model, folder.File("a.nvol"));
  // A limit on the length of files stands for the full disk: write fails half way.
  rlimit old;
  getrlimit(RLIMIT_FSIZE, &old);
  const rlimit limit{ 1000, old.rlim_max };
  std::signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &limit);
  const std::string path = folder.File("a.nvol");
  CHECK_THROWS_WITH_AS(WriteFile(model, path), doctest::Contains(path.c_str()), std::runtime_error);
  setrlimit(RLIMIT_FSIZE, &old);
  std::signal(SIGXFSZ, SIG_DFL);
  CHECK(folder.Count() == 1);
  CHECK(ReadFile(path) == model);
}

TEST_CASE("files: what cannot be written or read is named, with the reason")
{
  const Folder folder;
  CHECK_THROWS_WITH_AS(WriteFile(models::MakeRichModel(), folder.File("no/a.nvol")),
    doctest::Contains("No such file or directory"), std::runtime_error);
  CHECK_THROWS_WITH_AS(ReadFile(folder.File("b.nvol")), doctest::Contains("b.nvol"), std::runtime_error);
  CHECK_THROWS_WITH_AS(ReadFile(folder.File(".")), doctest::Contains("Is a directory"), std::runtime_error);
  std::ofstream(folder.File("c.nvol")) << "a text";
  CHECK_THROWS_WITH_AS(ReadFile(folder.File("c.nvol")), doctest::Contains("c.nvol"), std::runtime_error);
  std::filesystem::create_directory(folder.File("d.nvol"));
  CHECK_THROWS_AS(WriteFile(models::MakeRichModel(), folder.File("d.nvol")), std::runtime_error);
  CHECK(folder.Count() == 2);
}
