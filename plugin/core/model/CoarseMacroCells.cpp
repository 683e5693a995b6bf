// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "model/CoarseMacroCells.h"

#include "model/BoundCoder.h"

namespace neuralvolume
{
namespace
{

constexpr int CoarsestStep = 32;

/// Macro cells as codes.
struct CodedCells
{
  int CellSize = 0; ///< samples along an edge
  BoundGrid Bounds;
};

/// These cells with the finest bounds that fit; false where none do, and the bounds are the coarsest.
bool RoundToFit(CodedCells& cells, std::size_t budget)
{
  bool fits = PackBounds(cells.Bounds).size() <= budget;
  for (int step = 2 * BoundUnit; !fits && step <= CoarsestStep; step *= 2)
  {
    cells.Bounds = RoundOutwards(cells.Bounds, step);
    fits = PackBounds(cells.Bounds).size() <= budget;
  }
  return fits;
}

} // namespace

MacroCells CoarsenMacroCells(const Model& model, std::size_t budget)
{
  CodedCells fine{ model.MacroCells.CellSize, EncodeMacroCells(model.MacroCells, model.Array.Ranges) };
  CodedCells chosen = fine;
  while (!RoundToFit(chosen, budget) && 2 * fine.CellSize <= MacroCells::MaximumCellSize)
  {
    fine = { 2 * fine.CellSize, UniteCells(fine.Bounds, 2) };
    chosen = fine;
  }
  return { chosen.CellSize, chosen.Bounds.Cells, DecodeMacroCells(chosen.Bounds, model.Array.Ranges) };
}

} // namespace neuralvolume
