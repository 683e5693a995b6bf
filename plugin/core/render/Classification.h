// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "render/TransferFunction.h"
#include "render/TransferFunction2D.h"

#include <optional>

namespace neuralvolume
{

/// What a transfer function knows of a position beside the value that is drawn.
enum class SecondCoordinate
{
  None,
  Gradient, ///< of that value: its change over the mean spacing of samples, 1 for a quarter of its range, as in VTK
  Value     ///< another one: RenderSettings::Second
};

/// How what is known of a position becomes a colour and an opacity.
class Classification
{
public:
  /// By the value.
  Classification(TransferFunction function);

  /// The colour by the value, the opacity by another one.
  Classification(TransferFunction colours, TransferFunction opacities);

  /// Both by both coordinates. second: not None.
  Classification(TransferFunction2D function, SecondCoordinate second);

  SecondCoordinate GetSecond() const { return this->Second; }

  /// Of a function of both coordinates its bound by the value.
  const TransferFunction& GetColours() const { return this->Colours; }
  /// By the second coordinate alone, where it decides; of a function of both coordinates its bound by the second.
  const std::optional<TransferFunction>& GetOpacities() const { return this->Opacities; }
  /// Where there is one.
  const std::optional<TransferFunction2D>& GetBoth() const { return this->Both; }

  friend bool operator==(const Classification&, const Classification&) = default;

private:
  SecondCoordinate Second = SecondCoordinate::None;
  TransferFunction Colours;
  std::optional<TransferFunction> Opacities;
  std::optional<TransferFunction2D> Both;
};

} // namespace neuralvolume
