// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "network/Random.h"
#include "network/Training.h"

#include <cstddef>
#include <cstdint>

namespace neuralvolume
{

/// Samples at random positions of an analytic field: value(x, y, z, component) in the unit cube.
template <typename Field>
class FieldSource final : public SampleSource
{
public:
  FieldSource(int outputs, Field field)
    : Outputs(outputs)
    , Values(field)
  {
  }

  int GetOutputs() const override { return this->Outputs; }

  void Draw(std::uint64_t step, std::size_t, std::size_t begin, std::size_t count, float* x, float* y, float* z,
    float* targets) const override
  {
    for (std::size_t i = 0; i < count; ++i)
    {
      x[i] = RandomUnit(3 * step, begin + i);
      y[i] = RandomUnit(3 * step + 1, begin + i);
      z[i] = RandomUnit(3 * step + 2, begin + i);
      for (int c = 0; c < this->Outputs; ++c)
      {
        targets[i * this->Outputs + c] = this->Values(x[i], y[i], z[i], c);
      }
    }
  }

private:
  int Outputs;
  Field Values;
};

} // namespace neuralvolume
