// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
//
// Its network is a formula: these tests also run under ThreadSanitizer, without the SIMD kernels.
#include "decode/LazyVolume.h"
#include "decode/AvailableMemory.h"
#include "decode/FlatValues.h"

#include <doctest/doctest.h>
#include <tbb/global_control.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstring>
#include <memory>
#include <system_error>
#include <thread>
#include <vector>

using namespace neuralvolume;

namespace
{

#ifdef __SANITIZE_THREAD__
/// ThreadSanitizer does not see how TBB's library keeps its threads apart, so here it has none of its own.
const tbb::global_control Serial(tbb::global_control::max_allowed_parallelism, 1);
#endif

/// Two waves across the unit cube.
class Waves final : public Evaluator
{
public:
  int GetOutputs() const override { return 2; }

  void Evaluate(const Positions& positions, std::size_t count, float* values) const override
  {
    for (std::size_t i = 0; i < count; ++i)
    {
      values[2 * i] = 0.5f + 0.5f * std::sin(7.0f * positions.X[i] + 5.0f * positions.Y[i] - 3.0f * positions.Z[i]);
      values[2 * i + 1] = positions.X[i] * positions.Y[i] * positions.Z[i];
    }
  }
};

Model WavesModel(const std::array<int, 3>& dimensions, ScalarType type)
{
  Model model;
  model.Network.Outputs = 2;
  model.Geometry.Extent = { 0, dimensions[0] - 1, 0, dimensions[1] - 1, 0, dimensions[2] - 1 };
  model.Array = { "waves", type, Association::Points, { { -100.0, 100.0 }, { 5.0, 6.0 } }, {} };
  return model;
}

LazyVolume MakeVolume(
  const std::array<int, 3>& dimensions, ScalarType type = ScalarType::Float32, std::size_t capacity = 0)
{
  return { WavesModel(dimensions, type), std::make_unique<Waves>(), capacity };
}

std::vector<std::byte> DecodeWhole(const Model& model)
{
  std::vector<std::byte> values(model.GetValueBytes());
  Decode(model, Waves(), WholeVolume(model), values);
  return values;
}

/// Containers often forbid userfaultfd; everything is then decoded at once and stays.
bool IsOnDemandAllowed()
{
  try
  {
    const Pages pages(1);
    const PageServer server(pages.GetBytes(), {}, {});
  }
  catch (const std::system_error& error)
  {
    MESSAGE("not tested: " << error.what());
    return false;
  }
  return true;
}

void ReportNothing(const std::string&)
{
}

template <typename Condition>
void WaitUntil(const Condition& condition)
{
  for (int turn = 0; turn < 1000 && !condition(); ++turn)
  {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  REQUIRE(condition());
}

} // namespace

TEST_CASE("lazy volume: read in order it gives what Decode gives, and each brick is decoded once")
{
  for (const ScalarType type : { ScalarType::Float32, ScalarType::UInt8, ScalarType::Float64 })
  {
    Model model = WavesModel({ 70, 33, 100 }, type);
    model.Invalid.resize((model.GetSamples() + 7) / 8);
    model.Invalid[1000] = 0xf0;
    const std::vector<std::byte> expected = DecodeWhole(model);
    LazyVolume volume(model, std::make_unique<Waves>(), 0);
    SampleReader reader;
    std::size_t wrong = 0;
    for (std::size_t sample = 0; sample < model.GetSamples(); ++sample)
    {
      const std::size_t size = volume.GetSampleSize();
      wrong += std::memcmp(reader.Read(volume, sample), expected.data() + sample * size, size) != 0;
    }
    CHECK(wrong == 0);
    CHECK(volume.GetDecodedBricks() == 3 * 2 * 4);
  }
}

TEST_CASE("lazy volume: the least capacity holds what gradients take")
{
  LazyVolume volume = MakeVolume({ 70, 40, 140 });
  const Index size = volume.GetBlocks().Samples;
  SampleReader reader;
  ForEach({ 0, 0, 0 }, size,
    [&](const Index& at)
    {
      for (const Index& step : { Index{ 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } })
      {
        const Index before = Subtract(at, step);
        const Index after = Add(at, step);
        reader.Read(
          volume, FlatIndex({ std::max(before[0], 0), std::max(before[1], 0), std::max(before[2], 0) }, size));
        reader.Read(volume, FlatIndex({ std::min(after[0], size[0] - 1), std::min(after[1], size[1] - 1),
                                        std::min(after[2], size[2] - 1) },
                              size));
      }
    });
  CHECK(volume.GetDecodedBricks() == 3 * 2 * 5);
}

TEST_CASE("lazy volume: a reader may change between volumes, and bricks decode only where it reads")
{
  const std::array<int, 3> dimensions = { 100, 100, 100 };
  SampleReader reader;
  std::size_t past = 0;
  for (const double maximum : { 1.0, 2.0, 3.0 })
  {
    Model model = WavesModel(dimensions, ScalarType::Float64);
    model.Array.Ranges[1] = { maximum, maximum };
    LazyVolume volume(model, std::make_unique<Waves>());
    CHECK(volume.Id != past);
    past = volume.Id;
    for (const std::size_t sample : { 5, 6, 5 })
    {
      double values[2];
      std::memcpy(values, reader.Read(volume, sample), sizeof(values));
      CHECK(values[1] == maximum);
    }
    CHECK(volume.GetDecodedBricks() == 1);
    CHECK(volume.GetMemorySize() == 32 * 32 * 32 * sizeof(double[2]));
  }
}

TEST_CASE("lazy volume: many threads read the right values while bricks come and go")
{
  LazyVolume volume = MakeVolume({ 40, 33, 200 });
  const std::vector<std::byte> expected = DecodeWhole(volume.GetModel());
  const std::size_t samples = volume.GetModel().GetSamples();
  std::atomic<std::size_t> wrong = 0;
  {
    std::vector<std::jthread> threads;
    for (std::size_t thread = 0; thread < 4; ++thread)
    {
      threads.emplace_back(
        [&, thread]
        {
          SampleReader reader;
          const std::size_t size = volume.GetSampleSize();
          for (std::size_t i = 0; i < 3000; ++i)
          {
            const std::size_t sample = (i * 7919 * (thread + 1) + thread * 50000) % samples;
            wrong += std::memcmp(reader.Read(volume, sample), expected.data() + sample * size, size) != 0;
          }
        });
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("flat values: decoded once for all who ask, and counted")
{
  LazyVolume volume = MakeVolume({ 70, 33, 40 }, ScalarType::Int16);
  FlatValues flat(volume, {});
  CHECK(flat.GetMemorySize() == 0);
  std::vector<std::byte*> seen(4);
  std::atomic<int> problems = 0;
  {
    std::vector<std::jthread> threads;
    for (std::byte*& values : seen)
    {
      threads.emplace_back([&] { values = flat.Get([&](const std::string&) { ++problems; }); });
    }
  }
  const std::vector<std::byte> expected = DecodeWhole(volume.GetModel());
  CHECK(std::ranges::count(seen, seen[0]) == 4);
  CHECK(std::equal(expected.begin(), expected.end(), seen[0]));
  CHECK(volume.GetDecodedBricks() == 3 * 2 * 2);
  CHECK(flat.GetMemorySize() == expected.size());
  CHECK(problems == 0);
}

TEST_CASE("flat values: memory is given back when nobody asks, and late readers find the values decoded again")
{
  if (!IsOnDemandAllowed())
  {
    return;
  }
  LazyVolume volume = MakeVolume({ 70, 33, 40 });
  FlatValues flat(volume, { .Patience = std::chrono::milliseconds(500) });
  const std::vector<std::byte> expected = DecodeWhole(volume.GetModel());
  const std::byte* const values = flat.Get(ReportNothing);
  WaitUntil([&] { return flat.GetMemorySize() == 0; });
  CHECK(std::equal(expected.begin(), expected.end(), values));
  CHECK(flat.GetMemorySize() > 0);
  WaitUntil([&] { return flat.GetMemorySize() == 0; });
  CHECK(flat.Get(ReportNothing) == values);
  CHECK(flat.GetMemorySize() == expected.size());
}

TEST_CASE("flat values: large ones are decoded where they are read, by any number of threads, in bounded memory")
{
  if (!IsOnDemandAllowed())
  {
    return;
  }
  const std::array<int, 3> dimensions = { 100, 100, 150 };
  LazyVolume volume = MakeVolume(dimensions);
  const std::vector<std::byte> expected = DecodeWhole(volume.GetModel());
  const std::size_t limit = expected.size() / 3;
  FlatValues flat(volume, { .LargestAtOnce = limit });
  const std::byte* const values = flat.Get(ReportNothing);
  CHECK(volume.GetDecodedBricks() == 0);
  const std::size_t slice = expected.size() / 150;
  CHECK(std::equal(values, values + slice, expected.begin()));
  CHECK(volume.GetDecodedBricks() == 4 * 4);
  std::atomic<int> wrong = 0;
  {
    std::vector<std::jthread> threads;
    for (std::size_t thread = 0; thread < 3; ++thread)
    {
      threads.emplace_back(
        [&, thread]
        {
          for (std::size_t i = thread * 1000; i < expected.size(); i += 3001)
          {
            wrong += values[i] != expected[i];
          }
        });
    }
  }
  CHECK(wrong == 0);
  CHECK(flat.GetMemorySize() <= limit);
}

TEST_CASE("flat values: where memory does not suffice, all are missing, which is said once")
{
  for (const ScalarType type : { ScalarType::Float64, ScalarType::Int64 })
  {
    const std::size_t plane = 4096 * 4096 * 16;
    LazyVolume volume = MakeVolume({ 4096, 4096, int(2 * GetAvailableMemory() / plane) + 1 }, type);
    FlatValues flat(volume, { .IsOnDemand = false });
    std::vector<std::string> problems;
    const auto report = [&](const std::string& problem) { problems.push_back(problem); };
    const std::byte* const values = flat.Get(report);
    CHECK(flat.Get(report) == values);
    CHECK(problems.size() == 1);
    CHECK(problems[0].find("Extract Subset") != std::string::npos);
    const std::vector<std::byte> missing = MissingSample(volume.GetModel());
    const std::size_t samples = volume.GetModel().GetSamples();
    for (const std::size_t sample : { std::size_t(0), samples / 3, samples - 1 })
    {
      CHECK(std::memcmp(values + sample * missing.size(), missing.data(), missing.size()) == 0);
    }
    CHECK(volume.GetDecodedBricks() == 0);
  }
}
