// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "render/Image.h"
#include "render/RayTile.h"
#include "render/bricks/DecodeAllowance.h"
#include "render/bricks/ScalarBricks.h"
#include "render/paths/PathFilm.h"
#include "render/paths/PathTracer.h"

#include <tbb/concurrent_queue.h>
#include <tbb/concurrent_vector.h>
#include <tbb/enumerable_thread_specific.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace neuralvolume
{

/// A picture on its way, tile by tile from the middle outwards: rays are marched in one pass, paths traced in many.
class Picture
{
public:
  using Clock = DecodeAllowance::Clock;

  /// The scene with bricks of a level; called when none is drawn.
  using MakeScene = std::function<Scene(int level)>;

  /// How many bricks of the picture's level may be decoded, and the levels, ever coarser, from which others are
  /// magnified. Of the time there is, each level has an equal part for decoding, and the last one no end.
  struct DecodeLimit
  {
    int Bricks;
    std::array<int, 2> Levels;
  };

  /// isEmpty: nothing is to be drawn.
  Picture(ScalarBricks& bricks, int width, int height, bool isEmpty, int level, std::optional<DecodeLimit> limit,
    MakeScene makeScene);

  /// All cores draw; returns soon after the deadline. A tile that is not done by then, as bricks were missing, comes
  /// first the next time: what was decoded for it stays.
  void Draw(Clock::time_point deadline);

  bool IsComplete() const { return this->IsPassComplete() && !this->NeedsPass(); }
  const Image& GetImage() const { return this->Drawn; }

  /// Copies the tiles that are drawn, if only in a first pass.
  void CopyDrawn(Image& target) const;

  /// That rays have come to so far.
  std::uint64_t GetSamples() const;

  /// Whether bricks may be magnified ones.
  bool IsLimited() const { return this->Limit.has_value(); }

  /// That it is drawn at: a coarser one than asked for where the bricks did not fit.
  int GetLevel() const { return this->Level; }

private:
  bool IsPassComplete() const
  {
    return this->NextTile >= int(this->Order.size()) && this->Interrupted.empty() && this->Postponed.empty();
  }
  bool NeedsPass() const;
  void LimitDecoding(BrickReader& reader);
  void AllowDecoding(Clock::time_point deadline);
  void DrawTiles(Clock::time_point deadline);
  std::optional<int> TakeTile();
  bool DrawTile(int tile);
  void DrawPostponed();
  void MakeRoom();
  void Begin(int level);

  ScalarBricks& Bricks;
  const MakeScene SceneOf;
  Image Drawn;
  const int Columns;
  const std::vector<int> Order; ///< of the tiles
  int Level = 0;
  int TimesFull = 0;
  const std::optional<DecodeLimit> Limit;
  std::optional<Scene> Subject;
  std::array<DecodeAllowance, 3> Allowances; ///< of the picture's level and of coarser ones
  std::optional<PathTracer> Tracer;          ///< where paths are traced
  std::optional<PathFilm> Film;
  std::vector<std::uint8_t> IsConverged; ///< tile by tile
  std::vector<std::uint8_t> IsDrawn;     ///< tile by tile
  int Pass = 0;
  int Passes = 1;
  std::atomic<int> NextTile = 0; ///< in their order
  std::atomic<bool> IsFull = false;
  tbb::concurrent_queue<int> Interrupted; ///< tiles whose bricks were not decoded in time
  tbb::concurrent_vector<int> Postponed;  ///< tiles whose bricks did not fit
  tbb::enumerable_thread_specific<RayTile> Workers{ [this] { return RayTile(*this->Subject); } };
};

} // namespace neuralvolume
