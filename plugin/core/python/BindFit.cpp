// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Arrays.h"
#include "Bindings.h"

#include "backend/Backend.h"
#include "fit/DataRange.h"
#include "fit/Estimate.h"
#include "fit/VolumeSampler.h"
#include "network/Layout.h"

#include <nanobind/stl/unique_ptr.h>

#include <algorithm>
#include <stdexcept>

namespace nb = nanobind;
using namespace nb::literals;

namespace neuralvolume
{
namespace
{

std::vector<ValueRange> RangesOf(nb::handle array)
{
  const std::span<const double> values = ValuesOf<double>(array, "the value ranges", "float64");
  std::vector<ValueRange> ranges;
  for (std::size_t i = 0; i + 1 < values.size(); i += 2)
  {
    ranges.push_back({ values[i], values[i + 1] });
  }
  return ranges;
}

template <typename Value>
std::span<Value> ValuesIn(const NewArray& array)
{
  return { reinterpret_cast<Value*>(array.Bytes.data()), array.Bytes.size() / sizeof(Value) };
}

/// What Python calls a Sampler: it keeps the arrays alive that it draws from.
class PythonSampler
{
public:
  PythonSampler(nb::object volume, nb::handle ranges, std::uint64_t seed, nb::object invalid)
    : Volume(std::move(volume))
    , Invalid(std::move(invalid))
    , View(VolumeOf(this->Volume, this->Invalid))
    , Ranges(RangesOf(ranges))
    , Source(MakeVolumeSampler(this->View, this->Ranges, seed))
  {
  }

  const SampleSource& GetSource() const { return *this->Source; }

  nb::tuple Draw(std::uint64_t step, std::size_t batchSize) const
  {
    const auto outputs = std::size_t(this->Source->GetOutputs());
    std::vector<float> axis[3];
    std::for_each(
      std::begin(axis), std::end(axis), [batchSize](std::vector<float>& values) { values.resize(batchSize); });
    const NewArray positions = MakeArray({ batchSize, 3 }, "float32");
    const NewArray targets = MakeArray({ batchSize, outputs }, "float32");
    this->Source->Draw(
      step, batchSize, 0, batchSize, axis[0].data(), axis[1].data(), axis[2].data(), ValuesIn<float>(targets).data());
    for (std::size_t i = 0; i < 3 * batchSize; ++i)
    {
      ValuesIn<float>(positions)[i] = axis[i % 3][i / 3];
    }
    return nb::make_tuple(positions.Array, targets.Array);
  }

  std::vector<float> SampleErrors(
    const NetworkConfig& network, std::span<const float> parameters, std::size_t samples, std::uint64_t seed) const
  {
    std::vector<Half> halves(parameters.size());
    std::transform(parameters.begin(), parameters.end(), halves.begin(), ToHalf);
    return neuralvolume::SampleErrors(*MakeEvaluator(network, halves), this->View, this->Ranges, samples, seed);
  }

private:
  nb::object Volume;
  nb::object Invalid;
  VolumeView View;
  std::vector<ValueRange> Ranges;
  std::unique_ptr<SampleSource> Source;
};

/// What Python calls a Trainer.
class PythonTrainer
{
public:
  PythonTrainer(const NetworkConfig& network, const PythonSampler& sampler, std::uint64_t seed)
    : Sampler(sampler)
    , Parameters(MakeLayout(network).Parameters)
    , Network(MakeTrainingNetwork(network, seed))
  {
    if (network.Outputs != sampler.GetSource().GetOutputs())
    {
      throw std::invalid_argument("the network has " + std::to_string(network.Outputs) +
                                  " outputs, but the volume has " + std::to_string(sampler.GetSource().GetOutputs()) +
                                  " components");
    }
  }

  std::uint64_t GetSteps() const { return this->Network->GetSteps(); }

  void Quantise(const Quantisation& quantisation) { this->Network->Quantise(quantisation); }

  double Run(std::size_t steps, std::size_t batchSize, float learningRate, float rateWeight)
  {
    const nb::gil_scoped_release released;
    AdamSettings adam;
    adam.LearningRate = learningRate;
    adam.RateWeight = rateWeight;
    double sum = 0.0;
    for (std::size_t step = 0; step < steps; ++step)
    {
      sum += this->Network->Step(this->Sampler.GetSource(), batchSize, adam);
    }
    return steps ? sum / double(steps) : 0.0;
  }

  nb::object GetGradient(std::size_t batchSize)
  {
    const NewArray gradient = MakeArray({ this->Parameters }, "float32");
    this->Network->ComputeGradient(this->Sampler.GetSource(), batchSize, ValuesIn<float>(gradient));
    return gradient.Array;
  }

  nb::object GetParameters() const
  {
    const NewArray parameters = MakeArray({ this->Parameters }, "float32");
    this->Network->GetParameters(ValuesIn<float>(parameters));
    return parameters.Array;
  }

  void SetParameters(nb::handle parameters)
  {
    this->Network->SetParameters(ValuesOf<float>(parameters, "the parameters", "float32"));
  }

private:
  const PythonSampler& Sampler;
  std::size_t Parameters;
  std::unique_ptr<TrainingNetwork> Network;
};

nb::tuple DataRangeOf(nb::handle volume, nb::handle invalid)
{
  const VolumeView view = VolumeOf(volume, invalid);
  DataRange found;
  {
    const nb::gil_scoped_release released;
    found = FindDataRange(view);
  }
  const NewArray ranges = MakeArray({ found.Ranges.size(), 2 }, "float64");
  for (std::size_t c = 0; c < found.Ranges.size(); ++c)
  {
    ValuesIn<double>(ranges)[2 * c] = found.Ranges[c].Minimum;
    ValuesIn<double>(ranges)[2 * c + 1] = found.Ranges[c].Maximum;
  }
  return nb::make_tuple(ranges.Array, found.InvalidPoints);
}

nb::object SampleErrorsOf(const NetworkConfig& network, nb::handle parameters, const PythonSampler& sampler,
  std::size_t samples, std::uint64_t seed)
{
  const std::span<const float> values = ValuesOf<float>(parameters, "the parameters", "float32");
  std::vector<float> errors;
  {
    const nb::gil_scoped_release released;
    errors = sampler.SampleErrors(network, values, samples, seed);
  }
  const NewArray array = MakeArray({ errors.size() }, "float32");
  std::ranges::copy(errors, ValuesIn<float>(array).data());
  return array.Array;
}

} // namespace

void BindFit(nb::module_& module)
{
  nb::class_<PythonSampler>(module, "Sampler", "Training samples from a volume: random positions, trilinear values.")
    .def(nb::init<nb::object, nb::handle, std::uint64_t, nb::object>(), "volume"_a, "ranges"_a, "seed"_a = 0,
      "invalid"_a = nb::none(),
      "volume: (z, y, x[, components]); ranges: (components, 2) float64, what is normalised to [0, 1]; "
      "invalid: bool or uint8 (z, y, x), points that take no part.")
    .def("draw", &PythonSampler::Draw, "step"_a, "batch_size"_a,
      nb::sig("def draw(self, step: int, batch_size: int) -> tuple[numpy.typing.NDArray[numpy.float32], "
              "numpy.typing.NDArray[numpy.float32]]"),
      "Positions (n, 3) in the unit cube and targets (n, components), float32: a function of seed and step alone.");

  nb::class_<PythonTrainer>(module, "Trainer", "A network in training on the CPU.")
    .def(nb::init<const NetworkConfig&, const PythonSampler&, std::uint64_t>(), "network"_a, "sampler"_a, "seed"_a = 0,
      nb::keep_alive<1, 3>())
    .def("run", &PythonTrainer::Run, "steps"_a, "batch_size"_a, "learning_rate"_a, "rate_weight"_a = 0.0f,
      "That many steps of Adam on the mean squared difference and, once quantised, rate_weight times the sum of "
      "log(1 + |parameter / step|) over the grid's entries; the mean of their losses, without the latter.")
    .def("quantise", &PythonTrainer::Quantise, "quantisation"_a,
      "From now on train for rounded parameters; `parameters` stay unrounded.")
    .def("gradient", &PythonTrainer::GetGradient, "batch_size"_a,
      nb::sig("def gradient(self, batch_size: int) -> numpy.typing.NDArray[numpy.float32]"),
      "Gradient of the loss of the batch that comes next, flat float32; changes nothing.")
    .def_prop_ro("steps", &PythonTrainer::GetSteps)
    .def_prop_rw("parameters", &PythonTrainer::GetParameters, &PythonTrainer::SetParameters,
      nb::for_getter(nb::sig("def parameters(self, /) -> numpy.typing.NDArray[numpy.float32]")),
      nb::for_setter(nb::sig("def parameters(self, values: numpy.typing.NDArray[numpy.float32], /) -> None")),
      "Flat float32, in tiny-cuda-nn's order.");

  module.def("data_range", &DataRangeOf, "volume"_a, "invalid"_a = nb::none(),
    nb::sig("def data_range(volume: object, invalid: object | None = None) -> "
            "tuple[numpy.typing.NDArray[numpy.float64], int]"),
    "Smallest and largest value of the valid points, (components, 2) float64, and how many points are not valid: "
    "masked, NaN or infinite.");
  module.def("sample_errors", &SampleErrorsOf, "network"_a, "parameters"_a, "sampler"_a, "samples"_a, "seed"_a,
    nb::sig("def sample_errors(network: NetworkConfig, parameters: numpy.typing.NDArray[numpy.float32], "
            "sampler: Sampler, samples: int, seed: int) -> numpy.typing.NDArray[numpy.float32]"),
    "Errors relative to the data range at random points of the sampler's volume, flat float32, with the parameters "
    "(flat float32) rounded to half precision.");
}

} // namespace neuralvolume
