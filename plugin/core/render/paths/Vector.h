// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

namespace neuralvolume
{

using Vector3f = std::array<float, 3>;

inline Vector3f MulAdd(const Vector3f& a, float factor, const Vector3f& b)
{
  return { a[0] * factor + b[0], a[1] * factor + b[1], a[2] * factor + b[2] };
}

inline float Dot(const Vector3f& a, const Vector3f& b)
{
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

inline Vector3f Cross(const Vector3f& a, const Vector3f& b)
{
  return { a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0] };
}

inline Vector3f Normalise(const Vector3f& a)
{
  return MulAdd(a, 1.0f / std::sqrt(Dot(a, a)), {});
}

/// matrix: row-major.
inline Vector3f Multiply(const std::array<float, 9>& matrix, const Vector3f& vector)
{
  return { Dot({ matrix[0], matrix[1], matrix[2] }, vector), Dot({ matrix[3], matrix[4], matrix[5] }, vector),
    Dot({ matrix[6], matrix[7], matrix[8] }, vector) };
}

} // namespace neuralvolume
