// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "decode/Ssim.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace neuralvolume
{
namespace
{

constexpr double C1 = 0.01 * 0.01;
constexpr double C2 = 0.03 * 0.03;

/// Sums over a window, or a part of one: of both volumes' values, squares and products.
struct Moments
{
  double X = 0.0, Y = 0.0, XX = 0.0, YY = 0.0, XY = 0.0;

  void Add(const Moments& other)
  {
    this->X += other.X;
    this->Y += other.Y;
    this->XX += other.XX;
    this->YY += other.YY;
    this->XY += other.XY;
  }

  void Add(double x, double y)
  {
    const Moments moments{ x, y, x * x, y * y, x * y };
    this->Add(moments);
  }
};

double Score(const Moments& sums, double count, double offset)
{
  // Values were shifted by offset: variances do not mind, and lose fewer digits; means do.
  const double x = sums.X / count;
  const double y = sums.Y / count;
  const double sample = count > 1.0 ? count / (count - 1.0) : 1.0;
  const double varianceX = sample * (sums.XX / count - x * x);
  const double varianceY = sample * (sums.YY / count - y * y);
  const double covariance = sample * (sums.XY / count - x * y);
  const double meanX = x + offset;
  const double meanY = y + offset;
  return (2.0 * meanX * meanY + C1) * (2.0 * covariance + C2) /
         ((meanX * meanX + meanY * meanY + C1) * (varianceX + varianceY + C2));
}

/// Sums along z of each column and row of the stack's plane.
std::vector<Moments> SumAlongZ(const PlaneStack& stack, int depth)
{
  std::vector<Moments> sums(std::size_t(stack.Size[0]) * std::size_t(stack.Size[1]));
  for (int k = 0; k < depth; ++k)
  {
    const double* x = stack.First + std::size_t(k) * stack.Stride;
    const double* y = stack.Second + std::size_t(k) * stack.Stride;
    for (std::size_t i = 0; i < sums.size(); ++i)
    {
      sums[i].Add(x[i], y[i]);
    }
  }
  return sums;
}

} // namespace

ScoreSum SumSsim(
  const PlaneStack& stack, const std::array<int, 3>& window, const std::array<int, 2>& starts, double offset)
{
  const double count = double(window[0]) * window[1] * window[2];
  const std::vector<Moments> planeSums = SumAlongZ(stack, window[2]);
  std::vector<Moments> rowSums(std::size_t(stack.Size[0]));
  ScoreSum result;
  for (int row = 0; row < starts[1]; ++row)
  {
    std::ranges::fill(rowSums, Moments());
    for (int j = row; j < row + window[1]; ++j)
    {
      for (std::size_t i = 0; i < rowSums.size(); ++i)
      {
        rowSums[i].Add(planeSums[std::size_t(j) * rowSums.size() + i]);
      }
    }
    for (int column = 0; column < starts[0]; ++column)
    {
      // Sum afresh, rather than along: then a NaN spoils no window but those that hold it.
      Moments sums;
      std::for_each_n(rowSums.begin() + column, window[0], [&sums](const Moments& moments) { sums.Add(moments); });
      const double score = Score(sums, count, offset);
      result.Sum += std::isnan(score) ? 0.0 : score;
      result.Windows += std::isnan(score) ? 0 : 1;
    }
  }
  return result;
}

} // namespace neuralvolume
