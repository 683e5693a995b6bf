// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "render/bricks/ScalarBricks.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <thread>
#include <vector>

using namespace neuralvolume;

namespace
{

constexpr std::size_t Plenty = std::size_t(1) << 26;
constexpr int Edge = 50;

/// The sum of the unit coordinates, a third of it.
class Slope final : public Evaluator
{
public:
  int GetOutputs() const override { return 1; }

  void Evaluate(const Positions& positions, std::size_t count, float* values) const override
  {
    ++this->Calls;
    for (std::size_t i = 0; i < count; ++i)
    {
      values[i] = (positions.X[i] + positions.Y[i] + positions.Z[i]) / 3.0f;
    }
  }

  mutable std::atomic<int> Calls = 0;
};

Model MakeModel(ScalarType type)
{
  Model model;
  model.Geometry.Extent = { 0, Edge - 1, 0, Edge - 1, 0, Edge - 1 };
  model.Array.Type = type;
  model.Array.Ranges = { { 0.0, 1.0 } };
  return model;
}

std::vector<ScalarSource> FirstOf(const Model& model, const Evaluator& evaluator)
{
  return { { &model, &evaluator } };
}

std::size_t BrickBytes(int margin, std::size_t bytesPerSample)
{
  return BrickLattice({ Edge, Edge, Edge }, 0, margin).GetBrickSamples() * bytesPerSample;
}

/// The value of a sample of a decoded brick, normalised.
double ValueAt(const ScalarBricks& bricks, const BrickTable& table, std::size_t brick, const Index& at)
{
  const int edge = table.Lattice.GetEdge();
  const std::uint8_t* codes = bricks.GetMemory() + table.Offsets[brick];
  const std::size_t sample = FlatIndex(at, { edge, edge, edge });
  std::uint16_t code = codes[sample];
  if (bricks.GetBytesPerSample() == 2)
  {
    std::memcpy(&code, codes + 2 * sample, sizeof code);
  }
  return double(code) / bricks.GetLargestCode();
}

} // namespace

TEST_CASE("bricks: every sample is that of the volume, at every level, margins and ends included")
{
  for (ScalarType type : { ScalarType::Float32, ScalarType::UInt8 })
  {
    const Model model = MakeModel(type);
    for (int margin : { 0, 1, 2 })
    {
      const Slope field;
      const std::size_t small = BrickBytes(margin, 1) * 64; // 8-bit codes of all bricks at the finest level
      const bool isByte = type == ScalarType::UInt8;
      ScalarBricks bricks(FirstOf(model, field), margin, isByte ? small : Plenty);
      CHECK(bricks.GetBytesPerSample() == (isByte ? 1 : 2));
      for (int level : { 0, 1, 3 })
      {
        BrickTable& table = bricks.Prepare(level);
        const std::size_t last = table.Offsets.size() - 1;
        for (std::size_t brick : { std::size_t(0), last })
        {
          bricks.Decode(table, brick);
          const Index at = IndexAt(brick, table.Lattice.Bricks);
          const int edge = table.Lattice.GetEdge();
          double largest = 0.0;
          ForEach({ 0, 0, 0 }, { edge, edge, edge },
            [&](const Index& sample)
            {
              double expected = 0.0;
              for (std::size_t axis = 0; axis < 3; ++axis)
              {
                const int index = (16 * at[axis] - margin + sample[axis]) << level;
                expected += (std::clamp(index, 0, Edge - 1) + 0.5) / Edge / 3.0;
              }
              largest = std::max(largest, std::abs(ValueAt(bricks, table, brick, sample) - expected));
            });
          CHECK(largest <= 0.5 / bricks.GetLargestCode() + 1e-6);
        }
      }
    }
  }
}

TEST_CASE("bricks: many threads share one decoding of a brick")
{
  const Model model = MakeModel(ScalarType::Float32);
  const Slope field;
  ScalarBricks bricks(FirstOf(model, field), 0, Plenty);
  BrickTable& table = bricks.Prepare(0);
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int thread = 0; thread < 8; ++thread)
  {
    threads.emplace_back(
      [&, thread]
      {
        for (std::size_t i = 0; i < table.Offsets.size(); ++i)
        {
          const std::size_t brick = thread % 2 ? i : table.Offsets.size() - 1 - i;
          bricks.Decode(table, brick);
          wrong += table.Offsets[brick] < 0 || ValueAt(bricks, table, brick, { 1, 2, 3 }) <= 0.0;
        }
      });
  }
  for (std::thread& thread : threads)
  {
    thread.join();
  }
  CHECK(wrong == 0);
  CHECK(field.Calls == int(table.Offsets.size()));
  CHECK(bricks.GetDecoded() == table.Offsets.size());
}

TEST_CASE("bricks: a full pool says so, and makes room for others by what a picture does without")
{
  const Model model = MakeModel(ScalarType::Float32);
  const Slope field;
  ScalarBricks bricks(FirstOf(model, field), 0, 8 * BrickBytes(0, 2));
  BrickTable& table = bricks.Prepare(0);
  for (std::size_t brick = 0; brick < 8; ++brick)
  {
    bricks.Decode(table, brick);
  }
  CHECK_THROWS_AS(bricks.Decode(table, 8), ScalarBricks::PoolIsFull);
  CHECK(table.Offsets[8] == BrickTable::Missing);
  const auto use = [&](const std::vector<std::size_t>& used)
  {
    for (std::size_t brick : used)
    {
      table.LastUses[brick] = bricks.GetTick();
    }
  };
  const auto begin = [&]
  {
    bricks.BeginPicture(Sight());
    bricks.Prepare(0);
  };
  // Neither the present picture nor the last one has used 4 and 5
  begin();
  use({ 0, 1, 2, 3, 6, 7 });
  begin();
  use({ 2, 3 });
  bricks.MakeRoom();
  CHECK(table.Offsets[4] == BrickTable::Missing);
  CHECK(table.Offsets[5] == BrickTable::Missing);
  // Of the others, the picture may come to all but 2 and 3
  bricks.MakeRoom();
  CHECK(table.Offsets[2] == BrickTable::Missing);
  CHECK(table.Offsets[3] == BrickTable::Missing);
  CHECK(table.Offsets[7] >= 0);
  bricks.Decode(table, 8);
  CHECK(table.Offsets[8] >= 0);
  CHECK(bricks.GetMemorySize() == 8 * BrickBytes(0, 2));
}

TEST_CASE("bricks: what shows is known block by block, and known anew where other values are visible")
{
  const Model model = MakeModel(ScalarType::Float32);
  const Slope field;
  ScalarBricks bricks(FirstOf(model, field), 0, Plenty);
  bricks.SetVisibility([](const ValueBounds& bounds) { return bounds[0].Maximum > 0.95 ? 1.0f : 0.0f; });
  BrickTable& table = bricks.Prepare(0);
  const std::size_t last = FlatIndex({ 2, 2, 2 }, table.Lattice.Bricks);
  bricks.Decode(table, 0);
  bricks.Decode(table, last);
  CHECK(table.Offsets[0] == BrickTable::Hidden);
  CHECK(table.Offsets[last] >= 0);
  CHECK((table.Masks[2 * last] & 1u) == 0);
  CHECK((table.Masks[2 * last + 1] >> 31) == 1); // its last block
  bricks.SetVisibility([](const ValueBounds& bounds) { return bounds[0].Minimum < 0.1 ? 1.0f : 0.0f; });
  bricks.Prepare(0);
  CHECK(table.Offsets[0] >= 0);
  CHECK((table.Masks[0] & 1u) == 1);
  CHECK(table.Offsets[last] == BrickTable::Hidden);
  CHECK(bricks.GetDecoded() == 2);
}

TEST_CASE("bricks: magnified ones stand in for those of a finer level, until they are forgotten")
{
  const Model model = MakeModel(ScalarType::Float32);
  for (int margin : { 0, 1, 2 })
  {
    const Slope slope;
    ScalarBricks bricks(FirstOf(model, slope), margin, Plenty);
    BrickTable& coarse = bricks.Prepare(2);
    BrickTable& fine = bricks.Prepare(0);
    const std::size_t all = fine.Lattice.GetBricks();
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread)
    {
      threads.emplace_back(
        [&]
        {
          for (std::size_t brick = 0; brick < all; ++brick)
          {
            bricks.StandIn(fine, brick, coarse);
          }
        });
    }
    threads.clear(); // waits for them
    CHECK(bricks.GetDecoded() == coarse.Lattice.GetBricks());
    double largest = 0.0; // difference; a slope is interpolated exactly
    const int edge = fine.Lattice.GetEdge();
    for (std::size_t brick = 0; brick < all; ++brick)
    {
      const Index at = IndexAt(brick, fine.Lattice.Bricks);
      ForEach({ 0, 0, 0 }, { edge, edge, edge },
        [&](const Index& sample)
        {
          double sum = 0.0;
          for (std::size_t axis = 0; axis < 3; ++axis)
          {
            const int inVolume = fine.Lattice.SampleOfVolume(axis, fine.Lattice.FirstSample(at[axis]) + sample[axis]);
            sum += (inVolume + 0.5) / Edge;
          }
          largest = std::max(largest, std::abs(sum / 3.0 - ValueAt(bricks, fine, brick, sample)));
        });
    }
    CHECK(largest < 2.0 / bricks.GetLargestCode());
    const auto isMissing = [](const auto& offset) { return offset == BrickTable::Missing; };
    const auto countMissing = [&] { return std::ranges::count_if(fine.Offsets, isMissing); };
    CHECK(countMissing() == 0);
    bricks.ForgetStandIns(3);
    CHECK(countMissing() == 3);
    bricks.ForgetStandIns(all);
    CHECK(countMissing() == std::ptrdiff_t(all));
  }
}
