// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "render/Picture.h"

#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <utility>

namespace neuralvolume
{
namespace
{

/// Each time room is made for a part of the bricks; after so many times a picture needs more than there is room for.
constexpr int TimesToMakeRoom = 4;

int TilesAlong(int pixels)
{
  return (pixels + RayTile::Size - 1) / RayTile::Size;
}

} // namespace

Picture::Picture(ScalarBricks& bricks, int width, int height, bool isEmpty, int level, std::optional<DecodeLimit> limit,
  MakeScene makeScene)
  : Bricks(bricks)
  , SceneOf(std::move(makeScene))
  , Drawn{ width, height, std::vector<Rgba>(std::size_t(width) * height) }
  , Columns(TilesAlong(width))
  , Tiles(isEmpty ? 0 : this->Columns * TilesAlong(height))
  , Limit(limit)
{
  this->Begin(level);
}

void Picture::Begin(int level)
{
  this->Level = level;
  this->TimesFull = 0;
  this->Workers.clear();
  BrickTable* const coarse =
    this->Limit && this->Limit->Level > level ? &this->Bricks.Prepare(this->Limit->Level) : nullptr;
  Scene& scene = this->Subject.emplace(this->SceneOf(level));
  if (coarse)
  {
    this->Allowance = this->Limit->Bricks;
    scene.March.Bricks.Allowance = &this->Allowance;
    scene.March.Bricks.Coarse = coarse;
  }
  this->Postponed.clear();
  this->NextTile = 0;
  this->Pass = 0;
  this->Passes = scene.Paths.AreTraced ? scene.Paths.Passes : 1;
  this->IsConverged.assign(std::size_t(this->Tiles), false);
  this->Film.reset();
  this->Tracer.reset();
  if (scene.Paths.AreTraced && this->Tiles > 0)
  {
    this->Tracer.emplace(scene.March, scene.Classification, scene.Paths, scene.Caster, scene.Placement);
    this->Film.emplace(scene, *this->Tracer, this->Drawn);
  }
}

bool Picture::NeedsPass() const
{
  return this->Pass + 1 < this->Passes &&
         !std::ranges::all_of(this->IsConverged, [](std::uint8_t isConverged) { return isConverged != 0; });
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

/// One by one, each with all the room.
void Picture::DrawPostponed()
{
  for (int tile : std::exchange(this->Postponed, {}))
  {
    if (!this->DrawTile(tile))
    {
      this->MakeRoom();
    }
  }
}

void Picture::DrawTiles(Clock::time_point deadline)
{
  do
  {
    const int tile = this->NextTile++;
    if (tile >= this->Tiles || !this->DrawTile(tile))
    {
      return;
    }
  } while (!this->IsFull && Clock::now() < deadline);
}

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
    return true;
  }
  catch (const ScalarBricks::PoolIsFull&)
  {
    this->Postponed.push_back(tile);
    this->IsFull = true;
    return false;
  }
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
