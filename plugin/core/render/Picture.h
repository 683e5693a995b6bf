// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "render/Image.h"
#include "render/RayTile.h"
#include "render/bricks/ScalarBricks.h"
#include "render/paths/PathFilm.h"
#include "render/paths/PathTracer.h"

#include <tbb/concurrent_vector.h>
#include <tbb/enumerable_thread_specific.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace neuralvolume
{

/// A picture on its way, tile by tile: rays are marched in one pass, paths traced in many.
class Picture
{
public:
  using Clock = std::chrono::steady_clock;

  /// The scene with bricks of a level; called when none is drawn.
  using MakeScene = std::function<Scene(int level)>;

  /// How many bricks may be decoded, and the level from which others are magnified.
  struct DecodeLimit
  {
    int Bricks;
    int Level;
  };

  /// isEmpty: nothing is to be drawn.
  Picture(ScalarBricks& bricks, int width, int height, bool isEmpty, int level, std::optional<DecodeLimit> limit,
    MakeScene makeScene);

  /// All cores draw; returns soon after the deadline.
  void Draw(Clock::time_point deadline);

  bool IsComplete() const { return this->IsPassComplete() && !this->NeedsPass(); }
  const Image& GetImage() const { return this->Drawn; }

  /// That rays have come to so far.
  std::uint64_t GetSamples() const;

  /// Whether bricks may be magnified ones.
  bool IsLimited() const { return this->Limit.has_value(); }

  /// That it is drawn at: a coarser one than asked for where the bricks did not fit.
  int GetLevel() const { return this->Level; }

private:
  bool IsPassComplete() const { return this->NextTile >= this->Tiles && this->Postponed.empty(); }
  bool NeedsPass() const;
  void DrawTiles(Clock::time_point deadline);
  bool DrawTile(int tile);
  void DrawPostponed();
  void MakeRoom();
  void Begin(int level);

  ScalarBricks& Bricks;
  const MakeScene SceneOf;
  Image Drawn;
  const int Columns;
  const int Tiles;
  int Level = 0;
  int TimesFull = 0;
  std::optional<Scene> Subject;
  const std::optional<DecodeLimit> Limit;
  std::atomic<int> Allowance = 0;
  std::optional<PathTracer> Tracer; ///< where paths are traced
  std::optional<PathFilm> Film;
  std::vector<std::uint8_t> IsConverged; ///< tile by tile
  int Pass = 0;
  int Passes = 1;
  std::atomic<int> NextTile = 0;
  std::atomic<bool> IsFull = false;
  tbb::concurrent_vector<int> Postponed; ///< tiles whose bricks did not fit
  tbb::enumerable_thread_specific<RayTile> Workers{ [this] { return RayTile(*this->Subject); } };
};

} // namespace neuralvolume
