// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "render/ColourTable.h"

#include <cmath>

namespace neuralvolume
{
namespace
{

/// In place of the infinite extinction of what is opaque; the shortest step is still opaque.
constexpr double OpaqueExtinction = -1e9;

ColourTable::Axis MakeAxis(int entries, double minimum, double maximum, const ValueRange& range, int largestCode)
{
  const double span = maximum - minimum;
  const double valuesPerCode = (range.Maximum - range.Minimum) / largestCode;
  if (span > 0.0)
  {
    return { entries, float(valuesPerCode * (entries - 1) / span),
      float((range.Minimum - minimum) * (entries - 1) / span) };
  }
  // A step: half a code below the value is the first entry, the value itself the last one
  if (valuesPerCode > 0.0)
  {
    const double codes = (range.Minimum - minimum) / valuesPerCode;
    return { entries, float(2 * entries), float(entries - 1 + 2 * entries * codes) };
  }
  return { entries, 0.0f, float(entries - 1 + (range.Minimum < minimum ? -entries : 0)) };
}

ColourTable::Axis MakeAxis(const TransferFunction& function, const ValueRange& range, int largestCode)
{
  return MakeAxis(ColourTable::Size, function.GetMinimum(), function.GetMaximum(), range, largestCode);
}

ColourTable::Axis MakeAxis(int entries, const TransferFunction2D::Axis& axis, const ValueRange& range, int largestCode)
{
  return MakeAxis(entries, axis.Minimum, axis.Maximum, range, largestCode);
}

/// The value of an entry among so many.
double ValueOf(int entry, int entries, double minimum, double maximum)
{
  return entry + 1 < entries ? minimum + (maximum - minimum) * entry / (entries - 1) : maximum;
}

Rgba ColourOf(const TransferFunction& function, int entry)
{
  const double minimum = function.GetMinimum();
  const bool isBelowStep = entry == 0 && minimum == function.GetMaximum();
  return function.Evaluate(isBelowStep ? std::nextafter(minimum, -HUGE_VAL)
                                       : ValueOf(entry, ColourTable::Size, minimum, function.GetMaximum()));
}

/// At least the largest opacity of the entries that are nearest to values within bounds.
float MaximumOpacityOf(const TransferFunction& function, const ValueRange& bounds, int entries)
{
  const double halfEntry = 0.5 * (function.GetMaximum() - function.GetMinimum()) / (entries - 1);
  const double slack = 2.0 * halfEntry;
  return function.MaximumOpacity(bounds.Minimum - slack, bounds.Maximum + slack);
}

} // namespace

ColourTable::ColourTable(const Classification& classification, const std::array<ValueRange, 2>& ranges, int largestCode,
  double opacityUnitDistance)
  : Second(classification.GetSecond())
  , IsOfBoth(classification.GetBoth().has_value())
{
  if (const auto& both = classification.GetBoth())
  {
    this->FirstAxis = MakeAxis(Columns, both->GetFirst(), ranges[0], largestCode);
    this->SecondAxis = MakeAxis(Rows, both->GetSecond(), ranges[1], largestCode);
    this->FillByBoth(*both, opacityUnitDistance);
    return;
  }
  this->FirstAxis = MakeAxis(classification.GetColours(), ranges[0], largestCode);
  if (const auto& opacities = classification.GetOpacities())
  {
    this->SecondAxis = MakeAxis(*opacities, ranges[1], largestCode);
  }
  this->FillByOne(classification, opacityUnitDistance);
}

void ColourTable::FillByOne(const Classification& classification, double opacityUnitDistance)
{
  for (int entry = 0; entry < Size; ++entry)
  {
    Rgba colour = ColourOf(classification.GetColours(), entry);
    if (const auto& opacities = classification.GetOpacities())
    {
      colour[3] = ColourOf(*opacities, entry)[3];
    }
    this->Append(colour, opacityUnitDistance);
  }
}

void ColourTable::FillByBoth(const TransferFunction2D& function, double opacityUnitDistance)
{
  const TransferFunction2D::Axis& first = function.GetFirst();
  const TransferFunction2D::Axis& second = function.GetSecond();
  for (int row = 0; row < Rows; ++row)
  {
    const double y = ValueOf(row, Rows, second.Minimum, second.Maximum);
    for (int column = 0; column < Columns; ++column)
    {
      this->Append(function.Evaluate(ValueOf(column, Columns, first.Minimum, first.Maximum), y), opacityUnitDistance);
    }
  }
}

void ColourTable::Append(const Rgba& colour, double opacityUnitDistance)
{
  const double extinction = std::log2(1.0 - double(colour[3])) / opacityUnitDistance;
  this->Extinctions.push_back(float(std::max(extinction, OpaqueExtinction)));
  this->Opacities.push_back(colour[3]);
  for (std::size_t channel = 0; channel < 3; ++channel)
  {
    this->Colours[channel].push_back(colour[channel]);
  }
}

float ColourTable::MaximumOpacity(const Classification& classification, const ValueBounds& bounds)
{
  const bool isOfBoth = classification.GetBoth().has_value();
  const auto& opacities = classification.GetOpacities();
  const float byFirst =
    opacities && !isOfBoth ? 1.0f : MaximumOpacityOf(classification.GetColours(), bounds[0], isOfBoth ? Columns : Size);
  const float bySecond = opacities && classification.GetSecond() == SecondCoordinate::Value
                           ? MaximumOpacityOf(*opacities, bounds[1], isOfBoth ? Rows : Size)
                           : 1.0f;
  return std::min(byFirst, bySecond);
}

} // namespace neuralvolume
