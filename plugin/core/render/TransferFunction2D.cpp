// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "render/TransferFunction2D.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

namespace neuralvolume
{
namespace
{

struct Position
{
  std::size_t Low;
  std::size_t High;
  float Fraction;
};

Position Locate(const TransferFunction2D::Axis& axis, double value)
{
  const double span = axis.Maximum - axis.Minimum;
  const double last = double(axis.Entries - 1);
  const double part = span > 0.0 ? (value - axis.Minimum) / span : 0.0;
  const double position = part > 0.0 ? std::min(part, 1.0) * last : 0.0; // NaN is the first one
  const std::size_t low = std::size_t(position);
  return { low, std::min(low + 1, axis.Entries - 1), float(position - double(low)) };
}

Rgba Mix(const Rgba& a, const Rgba& b, float fraction)
{
  Rgba mixed;
  for (std::size_t channel = 0; channel < mixed.size(); ++channel)
  {
    mixed[channel] = a[channel] + fraction * (b[channel] - a[channel]);
  }
  return mixed;
}

} // namespace

TransferFunction2D::TransferFunction2D(std::vector<Rgba> entries, const Axis& first, const Axis& second)
  : Entries(std::move(entries))
  , First(first)
  , Second(second)
{
  RequireEntries(this->Entries, first.Minimum, first.Maximum);
  RequireEntries(this->Entries, second.Minimum, second.Maximum);
  if (first.Entries * second.Entries != this->Entries.size())
  {
    throw std::invalid_argument("the transfer function has " + std::to_string(this->Entries.size()) +
                                " entries; its axes have " + std::to_string(first.Entries) + " and " +
                                std::to_string(second.Entries));
  }
}

Rgba TransferFunction2D::Evaluate(double first, double second) const
{
  const Position x = Locate(this->First, first);
  const Position y = Locate(this->Second, second);
  return Mix(Mix(this->At(x.Low, y.Low), this->At(x.High, y.Low), x.Fraction),
    Mix(this->At(x.Low, y.High), this->At(x.High, y.High), x.Fraction), y.Fraction);
}

TransferFunction TransferFunction2D::BoundByFirst() const
{
  std::vector<Rgba> bounds(this->First.Entries);
  for (std::size_t i = 0; i < this->Entries.size(); ++i)
  {
    float& opacity = bounds[i % this->First.Entries][3];
    opacity = std::max(opacity, this->Entries[i][3]);
  }
  return TransferFunction(std::move(bounds), this->First.Minimum, this->First.Maximum);
}

TransferFunction TransferFunction2D::BoundBySecond() const
{
  std::vector<Rgba> bounds(this->Second.Entries);
  for (std::size_t i = 0; i < this->Entries.size(); ++i)
  {
    float& opacity = bounds[i / this->First.Entries][3];
    opacity = std::max(opacity, this->Entries[i][3]);
  }
  return TransferFunction(std::move(bounds), this->Second.Minimum, this->Second.Maximum);
}

} // namespace neuralvolume
