// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "decode/SpotCheck.h"
#include "Models.h"

#include <doctest/doctest.h>

#include <span>

using namespace neuralvolume;

namespace
{

NetworkConfig TwoComponents()
{
  NetworkConfig config = models::TinyNetwork();
  config.Outputs = 2;
  return config;
}

/// Checks what change makes of the values that a region of a model decodes to.
template <typename Value, typename Change>
bool AreStillDecoded(const Model& model, const Region& region, const Change& change)
{
  const auto evaluator = MakeEvaluator(model.Network, model.Parameters);
  const std::size_t components = model.Array.Ranges.size();
  std::vector<Value> values(region.GetSamples() * components);
  Decode(model, *evaluator, region, std::as_writable_bytes(std::span(values)));
  return AreDecoded(model, *evaluator, region,
    [&](std::size_t sample, std::size_t component)
    { return change(double(values[sample * components + component]), component); });
}

} // namespace

TEST_CASE("Values are told from those computed from them, in a part of the volume, too")
{
  const Model model =
    models::MakeModel(TwoComponents(), { 20, 15, 10 }, 1, { .Gain = 3.0f }, ScalarType::Float32, { -5.0, 20.0 });
  for (const Region& region : { WholeVolume(model), Region{ .First = { 4, 5, 6 }, .Count = { 9, 7, 2 } } })
  {
    const auto check = [&](const auto& change) { return AreStillDecoded<float>(model, region, change); };
    CHECK(check([](double value, std::size_t) { return value; }));
    CHECK_FALSE(check([](double value, std::size_t) { return 1.01 * value; }));
    CHECK_FALSE(check([](double value, std::size_t component) { return component == 1 ? -value : value; }));
    CHECK_FALSE(check([](double value, std::size_t) { return 0.0 * value; }));
  }
}

TEST_CASE("Integers may be rounded otherwise, and samples without a value do not count")
{
  Model model =
    models::MakeModel(models::TinyNetwork(), { 20, 15, 10 }, 1, { .Gain = 3.0f }, ScalarType::UInt8, { 0.0, 255.0 });
  const auto check = [&](const auto& change)
  { return AreStillDecoded<std::uint8_t>(model, WholeVolume(model), change); };
  CHECK(check([](double value, std::size_t) { return value + 1.0; }));
  CHECK_FALSE(check([](double value, std::size_t) { return value + 2.0; }));
  for (std::size_t sample = 0; sample < model.GetSamples(); ++sample)
  {
    models::MarkInvalid(model, sample);
  }
  CHECK(check([](double, std::size_t) { return 77.0; }));
}
