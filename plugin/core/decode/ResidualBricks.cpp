// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "decode/ResidualBricks.h"

#include <utility>

namespace neuralvolume
{

Blocks ResidualBlocks(const Model& model)
{
  constexpr int edge = Residual::BrickSize;
  return { model.GetDimensions(), { edge, edge, edge } };
}

BrickShape ShapeOfBrick(const Model& model, const Index& brick)
{
  const Blocks blocks = ResidualBlocks(model);
  const Index begin = blocks.Begin(brick);
  const Index end = blocks.End(brick);
  BrickShape shape{ { end[0] - begin[0], end[1] - begin[1], end[2] - begin[2] }, {} };
  if (!model.Invalid.empty())
  {
    shape.Invalid.reserve(shape.GetSamples());
    ForEach(begin, end,
      [&](const Index& at) { shape.Invalid.push_back(model.IsInvalid(FlatIndex(at, model.GetDimensions()))); });
  }
  return shape;
}

BrickValues DecodeResidualBrick(const Model& model, const Residual& residual, const Index& brick)
{
  const std::size_t index = FlatIndex(brick, ResidualBlocks(model).GetCount());
  return DecodeBrick(ShapeOfBrick(model, brick), residual.GetBrick(index), residual.Scheme);
}

} // namespace neuralvolume
