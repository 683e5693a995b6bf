// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "render/Classification.h"

#include <utility>

namespace neuralvolume
{

Classification::Classification(TransferFunction function)
  : Colours(std::move(function))
{
}

Classification::Classification(TransferFunction colours, TransferFunction opacities)
  : Second(SecondCoordinate::Value)
  , Colours(std::move(colours))
  , Opacities(std::move(opacities))
{
}

Classification::Classification(TransferFunction2D function, SecondCoordinate second)
  : Second(second)
  , Colours(function.BoundByFirst())
  , Opacities(function.BoundBySecond())
  , Both(std::move(function))
{
}

} // namespace neuralvolume
