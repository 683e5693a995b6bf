// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Arrays.h"
#include "Bindings.h"

#include "codec/ParameterCodec.h"

#include <nanobind/stl/vector.h>

#include <algorithm>
#include <stdexcept>

namespace nb = nanobind;
using namespace nb::literals;

namespace neuralvolume
{

namespace
{

std::vector<StepCode> NearestStepCodes(const std::vector<float>& steps)
{
  std::vector<StepCode> codes(steps.size());
  std::ranges::transform(steps, codes.begin(), NearestStepCode);
  return codes;
}

std::vector<float> StepsOf(const std::vector<StepCode>& codes)
{
  std::vector<float> steps(codes.size());
  std::ranges::transform(codes, steps.begin(), StepOf);
  return steps;
}

/// The parameters of a network, as many as it has.
std::span<const float> ParametersOf(const Layout& layout, nb::handle parameters)
{
  const std::span<const float> values = ValuesOf<float>(parameters, "the parameters", "float32");
  if (values.size() != layout.Parameters)
  {
    throw std::invalid_argument("the network has " + std::to_string(layout.Parameters) + " parameters, but " +
                                std::to_string(values.size()) + " were given");
  }
  return values;
}

nb::object Rounded(
  const NetworkConfig& network, const Quantisation& quantisation, nb::handle parameters, float deadZone)
{
  const Layout layout = MakeLayout(network);
  const std::span<const float> values = ParametersOf(layout, parameters);
  Validate(quantisation, layout);
  const NewArray result = MakeArray({ values.size() }, "float32");
  const std::span<float> rounded(reinterpret_cast<float*>(result.Bytes.data()), values.size());
  std::ranges::copy(values, rounded.begin());
  RoundParameters(layout, quantisation, rounded, deadZone);
  return result.Array;
}

std::size_t CodedSize(const NetworkConfig& network, const Quantisation& quantisation, nb::handle parameters)
{
  const Layout layout = MakeLayout(network);
  const std::span<const float> values = ParametersOf(layout, parameters);
  const nb::gil_scoped_release released;
  std::vector<Half> halves(values.size());
  std::ranges::transform(values, halves.begin(), ToHalf);
  return EncodeParameters(layout, quantisation, halves).size();
}

void BindQuantisation(nb::module_& module)
{
  nb::class_<Quantisation>(
    module, "Quantisation", "What parameters are rounded to: multiples of a step for each matrix and each level.")
    .def(nb::init<>())
    .def(
      "__init__",
      [](Quantisation* self, const std::vector<float>& matrices, const std::vector<float>& levels) {
        new (self) Quantisation{ NearestStepCodes(matrices), NearestStepCodes(levels) };
      },
      "matrices"_a, "levels"_a, "Steps, each rounded to the nearest eighth of an octave.")
    .def_prop_ro("matrices", [](const Quantisation& self) { return StepsOf(self.Matrices); })
    .def_prop_ro("levels", [](const Quantisation& self) { return StepsOf(self.Levels); })
    .def("__bool__", [](const Quantisation& self) { return !self.IsNone(); });
  module.def("round_parameters", &Rounded, "network"_a, "quantisation"_a, "parameters"_a, "dead_zone"_a = 0.5f,
    nb::sig("def round_parameters(network: NetworkConfig, quantisation: Quantisation, "
            "parameters: numpy.typing.NDArray[numpy.float32], dead_zone: float = 0.5) -> "
            "numpy.typing.NDArray[numpy.float32]"),
    "The parameters as multiples of their steps; those that nothing depends on become 0, and so do those of the grid "
    "that are below dead_zone steps.");
  module.def("coded_size", &CodedSize, "network"_a, "quantisation"_a, "parameters"_a,
    nb::sig("def coded_size(network: NetworkConfig, quantisation: Quantisation, "
            "parameters: numpy.typing.NDArray[numpy.float32]) -> int"),
    "Bytes that rounded parameters take in a file.");
  module.def(
    "rms_weights",
    [](const NetworkConfig& network, nb::handle parameters)
    {
      const Layout layout = MakeLayout(network);
      return RmsOfWeights(layout, ParametersOf(layout, parameters));
    },
    "network"_a, "parameters"_a,
    nb::sig("def rms_weights(network: NetworkConfig, parameters: numpy.typing.NDArray[numpy.float32]) -> list[float]"),
    "Root mean square of each matrix's weights, without padding.");
}

} // namespace

void BindNetwork(nb::module_& module)
{
  const NetworkConfig defaults;
  nb::class_<NetworkConfig>(
    module, "NetworkConfig", "A multi-resolution hash grid whose features feed a small MLP; names as in tiny-cuda-nn.")
    .def(
      "__init__",
      [](NetworkConfig* self, int levels, int featuresPerLevel, int log2HashmapSize, int baseResolution,
        float perLevelScale, int width, int hiddenLayers, int outputs)
      {
        const NetworkConfig config = { levels, featuresPerLevel, log2HashmapSize, baseResolution, perLevelScale, width,
          hiddenLayers, outputs };
        MakeLayout(config);
        new (self) NetworkConfig(config);
      },
      nb::kw_only(), "levels"_a = defaults.Levels, "features_per_level"_a = defaults.FeaturesPerLevel,
      "log2_hashmap_size"_a = defaults.Log2HashmapSize, "base_resolution"_a = defaults.BaseResolution,
      "per_level_scale"_a = defaults.PerLevelScale, "width"_a = defaults.Width,
      "hidden_layers"_a = defaults.HiddenLayers, "outputs"_a = defaults.Outputs,
      "Raises ValueError that names the first option out of its limits.")
    .def_ro("levels", &NetworkConfig::Levels)
    .def_ro("features_per_level", &NetworkConfig::FeaturesPerLevel)
    .def_ro("log2_hashmap_size", &NetworkConfig::Log2HashmapSize)
    .def_ro("base_resolution", &NetworkConfig::BaseResolution)
    .def_ro("per_level_scale", &NetworkConfig::PerLevelScale)
    .def_ro("width", &NetworkConfig::Width)
    .def_ro("hidden_layers", &NetworkConfig::HiddenLayers)
    .def_ro("outputs", &NetworkConfig::Outputs)
    .def_prop_ro(
      "parameter_count", [](const NetworkConfig& self) { return MakeLayout(self).Parameters; },
      "Length of the flat parameter vector: the MLP first, then the grid.")
    .def("__eq__", [](const NetworkConfig& self, nb::handle other)
      { return nb::isinstance<NetworkConfig>(other) && self == nb::cast<const NetworkConfig&>(other); })
    .def("__repr__",
      [](const NetworkConfig& self)
      {
        return nb::str("NetworkConfig(levels={}, features_per_level={}, log2_hashmap_size={}, base_resolution={}, "
                       "per_level_scale={:.9g}, width={}, hidden_layers={}, outputs={})")
          .format(self.Levels, self.FeaturesPerLevel, self.Log2HashmapSize, self.BaseResolution, self.PerLevelScale,
            self.Width, self.HiddenLayers, self.Outputs);
      });
  BindQuantisation(module);
}

} // namespace neuralvolume
