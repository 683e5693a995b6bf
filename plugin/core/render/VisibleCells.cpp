// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "render/VisibleCells.h"

#include <limits>

namespace neuralvolume
{

VisibleCells::VisibleCells(const Model& model, const Scalar& scalar, const TransferFunction& transferFunction)
  : Dimensions(model.MacroCells.Dimensions)
{
  const MacroCells& cells = model.MacroCells;
  const std::size_t stride = 2 * model.Array.Ranges.size();
  this->Visible.resize(cells.Bounds.size() / stride);
  for (std::size_t cell = 0; cell < this->Visible.size(); ++cell)
  {
    const ValueRange range = scalar.FromBounds(cells.Bounds.data() + cell * stride);
    this->Visible[cell] = transferFunction.MaximumOpacity(range.Minimum, range.Maximum) > 0.0f;
  }
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    this->CellsPerUnit[axis] = double(model.GetDimensions()[axis]) / cells.CellSize;
  }
}

double VisibleCells::GetEmptyUntil(const Ray& ray, double distance) const
{
  if (this->Visible.empty())
  {
    return 0.0;
  }
  // Find the cell and the nearest of the three planes through which the ray can leave it. Starting from the
  // position each time costs little more than stepping from cell to cell (Amanatides & Woo 1987), and no
  // rounding error is carried along.
  std::size_t index = 0;
  std::size_t stride = 1;
  double exit = std::numeric_limits<double>::infinity();
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    const double rate = ray.Direction[axis] * this->CellsPerUnit[axis];
    const double position = ray.Origin[axis] * this->CellsPerUnit[axis] + distance * rate;
    const int cell = std::clamp(int(position), 0, this->Dimensions[axis] - 1);
    index += std::size_t(cell) * stride;
    stride *= std::size_t(this->Dimensions[axis]);
    if (rate != 0.0)
    {
      exit = std::min(exit, distance + (cell + (rate > 0.0) - position) / rate);
    }
  }
  return this->Visible[index] ? 0.0 : exit;
}

} // namespace neuralvolume
