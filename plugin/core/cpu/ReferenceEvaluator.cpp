// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "cpu/ReferenceEvaluator.h"

#include <stdexcept>
#include <vector>

namespace neuralvolume
{
namespace
{

class ReferenceEvaluator final : public Evaluator
{
public:
  ReferenceEvaluator(const NetworkConfig& config, std::span<const Half> parameters)
    : NetworkLayout(MakeLayout(config))
    , Parameters(parameters.begin(), parameters.end())
  {
    if (this->Parameters.size() != this->NetworkLayout.Parameters)
    {
      throw std::invalid_argument("the network has " + std::to_string(this->NetworkLayout.Parameters) +
                                  " parameters, " + std::to_string(this->Parameters.size()) + " were given");
    }
  }

  int GetOutputs() const override { return this->NetworkLayout.Config.Outputs; }

  void Evaluate(const Positions& positions, std::size_t count, float* values) const override
  {
    for (std::size_t i = 0; i < count; ++i)
    {
      const float position[3] = { positions.X[i], positions.Y[i], positions.Z[i] };
      EvaluateField(
        this->NetworkLayout, this->Parameters.data(), position, values + i * std::size_t(this->GetOutputs()));
    }
  }

private:
  Layout NetworkLayout;
  std::vector<Half> Parameters;
};

} // namespace

std::unique_ptr<Evaluator> MakeReferenceEvaluator(const NetworkConfig& config, std::span<const Half> parameters)
{
  return std::make_unique<ReferenceEvaluator>(config, parameters);
}

} // namespace neuralvolume
