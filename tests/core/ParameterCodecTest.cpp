// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "codec/ParameterCodec.h"
#include "Forgery.h"
#include "Models.h"
#include "QuantisedNetworks.h"
#include "model/Bytes.h"
#include "model/Parts.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <numeric>

using namespace neuralvolume;
using namespace neuralvolume::forgery;
using namespace neuralvolume::quantised;

namespace
{

Bytes Encode(const Network& network)
{
  return EncodeParameters(network.Layout, network.Quantisation, network.Parameters);
}

/// Bits of a level's multiples by how often each of them is there.
double OrderZeroBits(const Network& network, int level)
{
  const auto features = std::size_t(network.Layout.Config.FeaturesPerLevel);
  const std::size_t count = network.Layout.Levels[level].Entries * features;
  const std::size_t begin = network.Layout.GridOffset + network.Layout.Levels[level].Offset * features;
  std::map<std::uint16_t, double> counts;
  for (std::size_t i = begin; i < begin + count; ++i)
  {
    ++counts[network.Parameters[i].Bits];
  }
  return std::accumulate(counts.begin(), counts.end(), 0.0,
    [&](double bits, const auto& entry) { return bits - entry.second * std::log2(entry.second / double(count)); });
}

double BitsOverOrderZero(const Network& network, int level)
{
  return 8.0 * double(SizesOfParameters(network.Layout, Encode(network))[1 + std::size_t(level)]) /
         OrderZeroBits(network, level);
}

Model QuantisedModel(const Network& network)
{
  Model model = models::MakeModel(network.Layout.Config, { 9, 8, 7 }, 1);
  model.Quantisation = network.Quantisation;
  model.Parameters = network.Parameters;
  models::AddMacroCells(model);
  model.Report.Percentile999Error = model.Report.MeanError = 0.0; // not NaN, which equals nothing
  return model;
}

} // namespace

TEST_CASE("parameter codec: steps and parameters come back bit by bit")
{
  for (const int features : { 1, 2, 4, 8 })
  {
    for (const Multiples& multiples : { Multiples(Independent), Multiples(Patchy), Multiples(Anything) })
    {
      const Network network = MakeNetwork(SmallNetwork(features), multiples);
      REQUIRE(network.Layout.Levels[0].Dense);
      REQUIRE_FALSE(network.Layout.Levels[3].Dense);
      const DecodedParameters decoded = DecodeParameters(network.Layout, Encode(network));
      CHECK(decoded.Quantisation == network.Quantisation);
      CHECK(decoded.Parameters == network.Parameters);
    }
  }
}

TEST_CASE("parameter codec: what nothing depends on comes back as 0, whatever it was")
{
  Network network = MakeNetwork(SmallNetwork(), Independent);
  const Network kept = network;
  const MlpMatrix& last = network.Layout.Matrices[2]; // its 3 outputs are padded to 16
  std::fill_n(
    network.Parameters.begin() + std::ptrdiff_t(last.Offset) + 3 * last.Columns, 13 * last.Columns, ToHalf(0.123f));
  CHECK(Encode(network) == Encode(kept));
  CHECK(DecodeParameters(network.Layout, Encode(network)).Parameters == kept.Parameters);
}

TEST_CASE("parameter codec: the sizes of the parts are all bytes")
{
  const Network network = MakeNetwork(SmallNetwork(), Independent);
  const Bytes bytes = Encode(network);
  const std::vector<std::uint64_t> sizes = SizesOfParameters(network.Layout, bytes);
  CHECK(sizes.size() == 5);
  CHECK(std::accumulate(sizes.begin(), sizes.end(), std::uint64_t(0)) == bytes.size());
  const std::size_t weights = 16 * 8 + 16 * 16 + 3 * 16; // the used ones, of 16 x 16 + 16 x 16 + 16 x 16
  CHECK(sizes[0] < weights * 5 / 8 + 100);               // 2 x 0.3 / 2^-5 multiples: less than 5 bits
}

TEST_CASE("parameter codec: independent multiples take what their distribution says")
{
  const Network network = MakeNetwork({ 2, 2, 15, 24, 4.0f, 16, 1, 1 }, Independent);
  for (const int level : { 0, 1 }) // dense, hashed
  {
    const double ratio = BitsOverOrderZero(network, level);
    CHECK(ratio > 0.98);
    CHECK(ratio < 1.03);
  }
}

TEST_CASE("parameter codec: neighbours in space tell how large a multiple is")
{
  const Network network = MakeNetwork({ 1, 2, 15, 30, 2.0f, 16, 1, 1 }, Patchy);
  REQUIRE(network.Layout.Levels[0].Dense);
  CHECK(BitsOverOrderZero(network, 0) < 0.91); // 0.79 if the distribution at each place were known
}

TEST_CASE("parameter codec: a level of zeros takes next to nothing")
{
  const Network network = MakeNetwork({ 1, 2, 15, 30, 2.0f, 16, 1, 1 }, [](auto&&...) { return 0; });
  CHECK(SizesOfParameters(network.Layout, Encode(network))[1] < 30);
  CHECK(DecodeParameters(network.Layout, Encode(network)).Parameters == network.Parameters);
}

TEST_CASE("parameter codec: what is no multiple of its step within the limits is refused")
{
  const Network good = MakeNetwork(SmallNetwork(), Independent);
  const auto refuse = [&](std::size_t index, float value)
  {
    Network network = good;
    network.Parameters[index] = ToHalf(value);
    CHECK_THROWS_WITH_AS(Encode(network), doctest::Contains("round the parameters first"), std::invalid_argument);
  };
  for (const std::size_t index : { std::size_t(0), good.Layout.GridOffset, good.Layout.Parameters - 1 })
  {
    refuse(index, 0.123f);
    refuse(index, 2048.0f);
  }
  Network network = good;
  network.Quantisation.Levels.pop_back();
  CHECK_THROWS_WITH_AS(Encode(network), doctest::Contains("4 levels"), std::invalid_argument);
}

TEST_CASE("parameter codec: each length cut and each one extended is refused")
{
  const Network network = MakeNetwork(SmallNetwork(), Patchy);
  Bytes bytes = Encode(network);
  for (std::size_t length = 0; length < bytes.size(); ++length)
  {
    CHECK_THROWS_WITH_AS(
      DecodeParameters(network.Layout, { bytes.data(), length }), doctest::Contains("cut short"), std::runtime_error);
  }
  bytes.push_back(std::byte(0));
  CHECK_THROWS_WITH_AS(DecodeParameters(network.Layout, bytes), doctest::Contains("followed"), std::runtime_error);
}

TEST_CASE("parameter codec: altered bytes are refused or give other parameters of the same layout")
{
  const Network network = MakeNetwork(SmallNetwork(), Patchy);
  Bytes bytes = Encode(network);
  std::size_t unnoticed = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i)
  {
    const std::byte flip = std::byte(1u << (i % 8));
    bytes[i] ^= flip;
    try
    {
      const DecodedParameters decoded = DecodeParameters(network.Layout, bytes);
      CHECK(decoded.Parameters.size() == network.Layout.Parameters);
      unnoticed += decoded.Parameters == network.Parameters && decoded.Quantisation == network.Quantisation;
    }
    catch (const std::runtime_error&)
    {
    }
    bytes[i] ^= flip;
  }
  CHECK(unnoticed <= 5); // the last byte of a stream can have bits to spare
}

TEST_CASE("parameter codec: a stream that is longer than its parameters is refused")
{
  const Network network = MakeNetwork(SmallNetwork(), Independent);
  Bytes bytes = Encode(network);
  std::byte* const last = bytes.data() + 7 + 4 * sizeof(std::uint32_t); // length, behind 7 steps and 4 others
  std::uint32_t length;
  std::memcpy(&length, last, sizeof length);
  length += 8;
  std::memcpy(last, &length, sizeof length);
  bytes.resize(bytes.size() + 8, std::byte(1));
  CHECK_THROWS_AS(DecodeParameters(network.Layout, bytes), std::runtime_error);
}

TEST_CASE("parameter codec: steps out of their limits are refused as damage")
{
  const Network network = MakeNetwork(SmallNetwork(), Independent);
  Bytes bytes = Encode(network);
  bytes[4] = std::byte(48);
  const auto reason = doctest::Contains("2^(48/8) of the levels");
  CHECK_THROWS_WITH_AS(DecodeParameters(network.Layout, bytes), reason, std::runtime_error);
  CHECK_THROWS_WITH_AS(SizesOfParameters(network.Layout, bytes), reason, std::runtime_error);
}

TEST_CASE("parameter codec: few bytes that claim to be a large network are refused before anything is allocated")
{
  const Layout layout = MakeLayout({ 4, 8, 28, 1024, 1.0f, 16, 1, 1 }); // 2^33 parameters
  const Bytes emptyStreams(2 + 4 + 5 * sizeof(std::uint32_t));          // of steps of 1 and lengths of 0
  CHECK_THROWS_WITH_AS(DecodeParameters(layout, emptyStreams), doctest::Contains("in 0 bytes"), std::runtime_error);
}

TEST_CASE("bytes: a model with quantised parameters comes back as it was, and its parts are all there is")
{
  const Model model = QuantisedModel(MakeNetwork(SmallNetwork(), Patchy));
  const Bytes bytes = Serialize(model);
  CHECK(Deserialize(bytes) == model);
  CHECK(Serialize(Deserialize(bytes)) == bytes);

  std::uint64_t sum = 0;
  std::string names;
  for (const Part& part : PartsOf(bytes))
  {
    sum += part.Bytes;
    names += part.Name + ", ";
  }
  CHECK(sum == bytes.size());
  CHECK(names == "header, mlp, level 0, level 1, level 2, level 3, macro_cells, checksum, ");

  Model raw = model;
  raw.Quantisation = {};
  CHECK(Deserialize(Serialize(raw)) == raw);
  CHECK(bytes.size() < Serialize(raw).size() / 2);
}

TEST_CASE("bytes: forged quantised parameters are refused, and so are unrounded ones")
{
  Model model = QuantisedModel(MakeNetwork(SmallNetwork(), Patchy));
  const Bytes bytes = Serialize(model);
  forgery::Parts parts(bytes);
  parts.Sections[0] = char(-128);
  CHECK_THROWS_WITH_AS(
    Deserialize(parts.Join(bytes)), doctest::Contains("2^(-128/8) of the matrices"), std::runtime_error);
  const Bytes larger = WithEditedHeader(bytes, [](Json& header) { header["network"]["features_per_level"] = 4; });
  CHECK_THROWS_AS(Deserialize(larger), std::runtime_error);

  model.Parameters[0] = ToHalf(0.123f);
  CHECK_THROWS_WITH_AS(Serialize(model), doctest::Contains("round the parameters first"), std::invalid_argument);
}
