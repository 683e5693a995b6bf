// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Bindings.h"

#include "network/Layout.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace neuralvolume
{

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
}

} // namespace neuralvolume
