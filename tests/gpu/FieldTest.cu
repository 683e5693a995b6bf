// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
// The field function on the device against the same source on the host.
#include "network/Field.h"
#include "network/Initialize.h"
#include "network/Random.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

using namespace neuralvolume;

namespace
{

void Check(cudaError_t error, const char* what)
{
  if (error != cudaSuccess)
  {
    std::fprintf(stderr, "%s: %s\n", what, cudaGetErrorString(error));
    std::exit(1);
  }
}

/// Memory of the device that frees itself.
template <typename T>
class DeviceArray
{
public:
  explicit DeviceArray(const std::vector<T>& values)
    : Size(values.size())
  {
    Check(cudaMalloc(&this->Data, this->Size * sizeof(T)), "cudaMalloc");
    Check(cudaMemcpy(this->Data, values.data(), this->Size * sizeof(T), cudaMemcpyHostToDevice), "copy to the device");
  }
  ~DeviceArray() { cudaFree(this->Data); }
  DeviceArray(const DeviceArray&) = delete;
  DeviceArray& operator=(const DeviceArray&) = delete;

  T* Get() const { return this->Data; }

  std::vector<T> Download() const
  {
    std::vector<T> values(this->Size);
    Check(cudaMemcpy(values.data(), this->Data, this->Size * sizeof(T), cudaMemcpyDeviceToHost), "copy to the host");
    return values;
  }

private:
  T* Data = nullptr;
  std::size_t Size;
};

__global__ void EvaluateKernel(Layout layout, const Half* parameters, const float* positions, int count, float* values)
{
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < count)
  {
    EvaluateField(layout, parameters, positions + 3 * i, values + i * layout.Config.Outputs);
  }
}

std::vector<Half> RandomParameters(const Layout& layout)
{
  std::vector<float> parameters(layout.Parameters);
  InitializeParameters(layout, 1, parameters);
  std::vector<Half> halves(parameters.size());
  for (std::size_t i = 0; i < halves.size(); ++i)
  {
    // The grid's initial values are too small to tell its entries apart.
    halves[i] = ToHalf(parameters[i] * (i < layout.GridOffset ? 1.0f : 1e4f));
  }
  return halves;
}

double LargestDifference(const NetworkConfig& config, int count)
{
  const Layout layout = MakeLayout(config);
  const std::vector<Half> parameters = RandomParameters(layout);
  std::vector<float> positions(3 * std::size_t(count));
  for (std::size_t i = 0; i < positions.size(); ++i)
  {
    positions[i] = RandomUnit(2, i);
  }
  const DeviceArray<Half> deviceParameters(parameters);
  const DeviceArray<float> devicePositions(positions);
  const DeviceArray<float> deviceValues(std::vector<float>(std::size_t(count) * config.Outputs));
  EvaluateKernel<<<(count + 127) / 128, 128>>>(
    layout, deviceParameters.Get(), devicePositions.Get(), count, deviceValues.Get());
  Check(cudaGetLastError(), "launch");
  const std::vector<float> values = deviceValues.Download();
  double largest = 0.0;
  for (int i = 0; i < count; ++i)
  {
    float expected[MaxOutputs];
    EvaluateField(layout, parameters.data(), &positions[3 * std::size_t(i)], expected);
    for (int c = 0; c < config.Outputs; ++c)
    {
      largest = std::fmax(largest, std::fabs(values[std::size_t(i) * config.Outputs + c] - expected[c]));
    }
  }
  return largest;
}

} // namespace

int main()
{
  int failures = 0;
  const NetworkConfig configs[] = { { 8, 4, 16, 4, 2.0f, 64, 2, 1 }, { 16, 2, 12, 4, 1.4f, 32, 3, 3 } };
  for (const NetworkConfig& config : configs)
  {
    const double difference = LargestDifference(config, 10000);
    const bool passed = difference < 1e-4;
    std::printf("field function, %d levels: largest difference between device and host %.2g: %s\n", config.Levels,
      difference, passed ? "passed" : "FAILED");
    failures += !passed;
  }
  return failures;
}
