// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/// Numbers that take few digits as text.
namespace neuralvolume
{

/// The one that reads as value in single precision and has the fewest decimal digits.
double ShortestDecimal(float value);

/// The nearest one of so many significant decimal digits; what is not finite stays as it is.
double RoundDecimal(double value, int digits);

} // namespace neuralvolume
