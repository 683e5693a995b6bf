// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Pace.h"

#include "Detail.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace neuralvolume;

namespace
{

constexpr int Edge = 64;
constexpr double Pixels = 512.0 * 512.0;
constexpr double Seconds = 0.05;

template <typename Value>
Image MakeImage(const Value& value)
{
  Image image{ Edge, Edge, {} };
  for (int y = 0; y < Edge; ++y)
  {
    for (int x = 0; x < Edge; ++x)
    {
      const float v = value(x, y);
      image.Pixels.push_back({ v, v, v, 1.0f });
    }
  }
  return image;
}

/// The fraction of the time that the last of many drafts takes.
double Settle(Pace& pace, double secondsPerRay, double decodingSeconds)
{
  double seconds = 0.0;
  for (int draft = 0; draft < 20; ++draft)
  {
    const double edge = pace.ChooseEdge(Pixels, Seconds);
    const double rays = Pixels / (edge * edge);
    seconds = secondsPerRay * rays + decodingSeconds;
    pace.Learn(rays, seconds, decodingSeconds);
  }
  return seconds / Seconds;
}

} // namespace

TEST_CASE("pace: drafts take about the time there is, decoding included")
{
  for (double secondsPerRay : { 5e-7, 2e-6, 5e-6 })
  {
    for (double decodingSeconds : { 0.0, 0.02 })
    {
      Pace pace;
      CHECK(pace.IsNew());
      const double taken = Settle(pace, secondsPerRay, decodingSeconds);
      CHECK(taken > 0.75);
      CHECK(taken < 1.2);
      CHECK_FALSE(pace.IsNew());
      const double edge = pace.ChooseEdge(Pixels, Seconds);
      Settle(pace, secondsPerRay, decodingSeconds);
      CHECK(pace.ChooseEdge(Pixels, Seconds) == edge); // neighbouring pictures are equally coarse
    }
  }
}

TEST_CASE("pace: where there is time enough, drafts have all pixels")
{
  Pace pace;
  Settle(pace, 1e-8, 0.0);
  CHECK(pace.ChooseEdge(Pixels, Seconds) == 1.0);
}

TEST_CASE("pace: smooth pictures take half of the time, detailed ones all of it")
{
  const Image smooth = MakeImage([](int x, int y) { return float(x + y) / (2 * Edge); });
  const Image detailed = MakeImage([](int x, int y) { return float((x * 7919 + y * 104729) % 101) / 101.0f; });
  CHECK(MeasureDetail(smooth) < 1e-6);
  CHECK(MeasureDetail(detailed) > 0.3);
  Pace pace;
  pace.Judge(smooth);
  const double brief = Settle(pace, 2e-6, 0.0);
  CHECK(brief > 0.35);
  CHECK(brief < 0.6);
  pace.Judge(detailed);
  CHECK(Settle(pace, 2e-6, 0.0) > 0.75);
}

TEST_CASE("detail: the squared difference from the neighbours' mean over the variance")
{
  const Image waves = MakeImage([](int x, int) { return 0.5f + 0.5f * std::sin(0.5f * float(x)); });
  double expected = 0.0;
  int count = 0;
  for (int x = 1; x + 1 < Edge; x += 2, ++count)
  {
    // Two of the five lie beside it, three have its value
    const double value = 0.5 * std::sin(0.5 * x);
    const double left = 0.5 * std::sin(0.5 * (x - 1)) - value;
    const double right = 0.5 * std::sin(0.5 * (x + 1)) - value;
    const double mean = (left + right) / 5.0;
    const double variance = (left * left + right * right) / 5.0 - mean * mean;
    expected += 3.0 * std::pow((left + right) / 4.0, 2.0) / (3.0 * variance + 4.0 * 9e-4);
  }
  CHECK(MeasureDetail(waves) == doctest::Approx(expected / count).epsilon(1e-3));
}
