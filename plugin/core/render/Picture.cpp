// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "render/Picture.h"

#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace neuralvolume
{
namespace
{

/// Each time room is made for a part of the bricks; after so many times a picture needs more than there is room for.
constexpr int TimesToMakeRoom = 4;

/// For decoding: however short a slice is, it gets on.
constexpr auto ShortestSlice = std::chrono::milliseconds(1);

constexpr int TilesPerSquare = 8; // along an edge

int TilesAlong(int pixels)
{
  return (pixels + RayTile::Size - 1) / RayTile::Size;
}

/// From the middle outwards, in squares of tiles: neighbours read the same bricks.
std::vector<int> OrderTiles(int columns, int rows)
{
  const auto countSquares = [](int tiles) { return (tiles + TilesPerSquare - 1) / TilesPerSquare; };
  const int squaresPerRow = countSquares(columns);
  std::vector<std::array<int, 3>> tiles; // squared distance from the middle, square, tile
  for (int tile = 0; tile < columns * rows; ++tile)
  {
    const int column = tile % columns / TilesPerSquare;
    const int row = tile / columns / TilesPerSquare;
    const int x = 2 * column + 1 - squaresPerRow;
    const int y = 2 * row + 1 - countSquares(rows);
    tiles.push_back({ x * x + y * y, row * squaresPerRow + column, tile });
  }
  std::ranges::sort(tiles);
  std::vector<int> order;
  std::ranges::transform(tiles, std::back_inserter(order), [](const auto& tile) { return tile.back(); });
  return order;
}

} // namespace

Picture::Picture(ScalarBricks& bricks, int width, int height, bool isEmpty, int level, std::optional<DecodeLimit> limit,
  MakeScene makeScene)
  : Bricks(bricks)
  , SceneOf(std::move(makeScene))
  , Drawn{ width, height, std::vector<Rgba>(std::size_t(width) * height) }
  , Columns(TilesAlong(width))
  , Order(isEmpty ? std::vector<int>() : OrderTiles(this->Columns, TilesAlong(height)))
  , Limit(limit)
{
  this->Begin(level);
}

void Picture::Begin(int level)
{
  this->Level = level;
  this->TimesFull = 0;
  this->Film.reset();
  this->Tracer.reset();
  this->Workers.clear();
  Scene& scene = this->Subject.emplace(this->SceneOf(level));
  this->Allowances.front().Bricks = DecodeAllowance().Bricks.load();
  scene.March.Bricks.Allowance = &this->Allowances.front();
  if (this->Limit)
  {
    this->LimitDecoding(scene.March.Bricks);
  }
  this->Postponed.clear();
  this->Interrupted.clear();
  this->NextTile = 0;
  this->Pass = 0;
  this->Passes = scene.Paths.AreTraced ? scene.Paths.Passes : 1;
  this->IsConverged.assign(this->Order.size(), false);
  this->IsDrawn.assign(this->Order.size(), false);
  if (scene.Paths.AreTraced && !this->Order.empty())
  {
    this->Tracer.emplace(scene.March, scene.Classification, scene.Paths, scene.Caster, scene.Placement);
    this->Film.emplace(scene, *this->Tracer, this->Drawn);
  }
}

/// From which bricks others are magnified.
void Picture::LimitDecoding(BrickReader& reader)
{
  int finer = this->Level;
  for (int coarse : this->Limit->Levels)
  {
    if (coarse > finer)
    {
      reader.Coarse.push_back({ &this->Bricks.Prepare(coarse), &this->Allowances[reader.Coarse.size() + 1] });
      finer = coarse;
    }
  }
  if (this->Limit->Levels.front() > this->Level)
  {
    this->Allowances.front().Bricks = this->Limit->Bricks;
  }
}

bool Picture::NeedsPass() const
{
  return this->Pass + 1 < this->Passes &&
         !std::ranges::all_of(this->IsConverged, [](std::uint8_t isConverged) { return isConverged != 0; });
}

void Picture::CopyDrawn(Image& target) const
{
  tbb::parallel_for(0, int(this->IsDrawn.size()),
    [&](int tile)
    {
      if (this->IsDrawn[std::size_t(tile)])
      {
        const int x = tile % this->Columns * RayTile::Size;
        const int y = tile / this->Columns * RayTile::Size;
        for (int row = y; row < std::min(y + RayTile::Size, this->Drawn.Height); ++row)
        {
          const auto begin = std::ptrdiff_t(row) * this->Drawn.Width + x;
          std::copy_n(this->Drawn.Pixels.begin() + begin, std::min(RayTile::Size, this->Drawn.Width - x),
            target.Pixels.begin() + begin);
        }
      }
    });
}

std::uint64_t Picture::GetSamples() const
{
  std::uint64_t samples = 0;
  for (const RayTile& tile : this->Workers)
  {
    samples += tile.GetSamples();
  }
  return samples;
}

void Picture::Draw(Clock::time_point deadline)
{
  this->AllowDecoding(deadline);
  do
  {
    this->IsFull = false;
    tbb::parallel_for(0, tbb::this_task_arena::max_concurrency(), [&](int) { this->DrawTiles(deadline); });
    if (this->IsFull)
    {
      this->MakeRoom();
    }
    else
    {
      this->DrawPostponed();
    }
    if (this->IsPassComplete() && this->NeedsPass())
    {
      ++this->Pass;
      this->NextTile = 0;
    }
  } while (!this->IsComplete() && Clock::now() < deadline);
}

/// Each level in a part of the time; the coarsest of several has no end.
void Picture::AllowDecoding(Clock::time_point deadline)
{
  const Clock::time_point now = Clock::now();
  const Clock::time_point end = std::max(deadline, now + ShortestSlice);
  const std::size_t coarser = this->Subject ? this->Subject->March.Bricks.Coarse.size() : 0;
  const Clock::duration part = (end - now) / int(coarser + 1);
  for (std::size_t i = 0; i < coarser; ++i)
  {
    this->Allowances[i].Until = now + int(i + 1) * part;
  }
  this->Allowances[coarser].Until = coarser > 0 ? Clock::time_point::max() : end;
}

/// One by one, each with all the room.
void Picture::DrawPostponed()
{
  for (int tile : std::exchange(this->Postponed, {}))
  {
    this->IsFull = false;
    this->DrawTile(tile);
    if (this->IsFull)
    {
      this->MakeRoom();
    }
  }
}

void Picture::DrawTiles(Clock::time_point deadline)
{
  do
  {
    const std::optional<int> tile = this->TakeTile();
    if (!tile || !this->DrawTile(*tile))
    {
      return;
    }
  } while (!this->IsFull && Clock::now() < deadline);
}

std::optional<int> Picture::TakeTile()
{
  int tile = 0;
  if (this->Interrupted.try_pop(tile))
  {
    return tile;
  }
  const std::size_t next = std::size_t(this->NextTile++);
  return next < this->Order.size() ? std::optional(this->Order[next]) : std::nullopt;
}

/// False where it could not be drawn.
bool Picture::DrawTile(int tile)
{
  try
  {
    const int x = tile % this->Columns * RayTile::Size;
    const int y = tile / this->Columns * RayTile::Size;
    if (!this->Film)
    {
      this->Workers.local().Draw(x, y, this->Drawn);
    }
    else if (!this->IsConverged[std::size_t(tile)])
    {
      this->IsConverged[std::size_t(tile)] = this->Film->Draw(x, y, this->Pass);
    }
    this->IsDrawn[std::size_t(tile)] = true;
    return true;
  }
  catch (const ScalarBricks::PoolIsFull&)
  {
    this->Postponed.push_back(tile);
    this->IsFull = true;
  }
  catch (const IsNotDecoded&)
  {
    this->Interrupted.push(tile);
  }
  return false;
}

void Picture::MakeRoom()
{
  this->Bricks.MakeRoom();
  if (++this->TimesFull == TimesToMakeRoom && this->Level + 1 < ScalarBricks::Levels)
  {
    this->Begin(this->Level + 1);
  }
}

} // namespace neuralvolume
