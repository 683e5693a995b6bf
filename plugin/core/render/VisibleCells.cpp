// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "render/VisibleCells.h"

#include <algorithm>
#include <cstddef>
#include <limits>

namespace neuralvolume
{
namespace
{

constexpr double Infinity = std::numeric_limits<double>::infinity();

} // namespace

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
    this->CellSize[axis] = double(cells.CellSize) / model.GetDimensions()[axis];
  }
}

/// From cell to cell along a ray: a 3-D DDA (Amanatides & Woo 1987).
class VisibleCells::Walk
{
public:
  Walk(const VisibleCells& cells, const Ray& ray, double from)
    : Cells(cells)
    , Way(ray)
    , Distance(from)
  {
    std::ptrdiff_t stride = 1;
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      const double position = ray.Origin[axis] + from * ray.Direction[axis];
      const int last = cells.Dimensions[axis] - 1;
      this->Cell[axis] = std::clamp(int(position / cells.CellSize[axis]), 0, last);
      this->Index += this->Cell[axis] * stride;
      this->Strides[axis] = stride;
      this->FindExit(axis);
      stride *= cells.Dimensions[axis];
    }
  }

  bool IsInside() const { return this->Inside; }
  bool IsVisible() const { return this->Cells.Visible[std::size_t(this->Index)]; }

  /// Where the ray entered the cell; the start in the first one.
  double GetDistance() const { return this->Distance; }

  void Step()
  {
    const std::size_t axis =
      std::size_t(std::min_element(this->Exits.begin(), this->Exits.end()) - this->Exits.begin());
    const int direction = this->Way.Direction[axis] > 0.0 ? 1 : -1;
    this->Distance = this->Exits[axis];
    this->Cell[axis] += direction;
    this->Index += direction * this->Strides[axis];
    this->Inside = this->Cell[axis] >= 0 && this->Cell[axis] < this->Cells.Dimensions[axis];
    this->FindExit(axis);
  }

private:
  void FindExit(std::size_t axis)
  {
    const double rate = this->Way.Direction[axis];
    const double plane = (this->Cell[axis] + (rate > 0.0)) * this->Cells.CellSize[axis];
    this->Exits[axis] = rate == 0.0 ? Infinity : (plane - this->Way.Origin[axis]) / rate;
  }

  const VisibleCells& Cells;
  const Ray& Way;
  double Distance;
  std::array<int, 3> Cell;
  std::ptrdiff_t Index = 0;
  std::array<std::ptrdiff_t, 3> Strides;
  std::array<double, 3> Exits; // distances where the ray would leave the cell through each axis' plane
  bool Inside = true;
};

Interval VisibleCells::FindVisible(const Ray& ray, double from) const
{
  if (this->Visible.empty())
  {
    return { from, Infinity };
  }
  Walk walk(*this, ray, from);
  while (walk.IsInside() && !walk.IsVisible())
  {
    walk.Step();
  }
  if (!walk.IsInside())
  {
    return { Infinity, Infinity };
  }
  const double begin = walk.GetDistance();
  while (walk.IsInside() && walk.IsVisible())
  {
    walk.Step();
  }
  return { begin, walk.IsInside() ? walk.GetDistance() : Infinity };
}

} // namespace neuralvolume
