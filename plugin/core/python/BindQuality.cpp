// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Arrays.h"
#include "Bindings.h"

#include "decode/MakeResidual.h"
#include "decode/Quality.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace neuralvolume
{
namespace
{

Quality CompareModel(const PythonModel& model, nb::handle volume, nb::handle invalid)
{
  const VolumeView original = VolumeOf(volume, invalid);
  const nb::gil_scoped_release released;
  return Compare(model.GetModel(), model.GetEvaluator(), original);
}

Residual MakeResidualOf(const PythonModel& model, nb::handle volume, double bound)
{
  const VolumeView original = VolumeOf(volume, nb::none());
  const nb::gil_scoped_release released;
  return MakeResidual(model.GetModel(), model.GetEvaluator(), original, bound);
}

Residual CompleteNetworkOf(const PythonModel& model, nb::handle volume, double halfStep)
{
  const VolumeView original = VolumeOf(volume, nb::none());
  const nb::gil_scoped_release released;
  return CompleteNetwork(model.GetModel(), model.GetEvaluator(), original, halfStep);
}

double EstimateResidualOf(const PythonModel& model, nb::handle volume, double bound, int bricks)
{
  const VolumeView original = VolumeOf(volume, nb::none());
  const nb::gil_scoped_release released;
  return EstimateResidualBytes(model.GetModel(), model.GetEvaluator(), original, bound, bricks);
}

Quality CompareVolumes(nb::handle volume, nb::handle original, nb::handle invalid)
{
  const VolumeView one = VolumeOf(volume, nb::none());
  const VolumeView other = VolumeOf(original, invalid);
  const nb::gil_scoped_release released;
  return Compare(one, other);
}

} // namespace

void BindQuality(nb::module_& module)
{
  nb::class_<Quality>(module, "Quality", "How near a volume is to the original.")
    .def_ro("psnr", &Quality::Psnr, "dB, by the original's range over all components; inf when exact.")
    .def_ro("ssim", &Quality::Ssim, "As scikit-image's structural_similarity(win_size=7, data_range=range).")
    .def_ro("mse", &Quality::MeanSquaredError)
    .def_ro("maximum_error", &Quality::MaximumError, "In the array's units.")
    .def_ro("percentile_999_error", &Quality::Percentile999Error,
      "What 99.9 % of all absolute errors do not exceed, in the array's units.")
    .def_ro("mean_error", &Quality::MeanError, "Signed, in the array's units.")
    .def_ro("error_histogram", &Quality::Histogram)
    .def_ro("decoded_ranges", &Quality::Decoded, "Of the model, if one was compared.")
    .def_ro("data_range", &Quality::DataRange, "Of the original, over all components.")
    .def_ro("points", &Quality::Points, "Points that have a value in both.");

  module.def("compare", &CompareModel, "model"_a, "volume"_a, "invalid"_a = nb::none(),
    "Quality of a model against the original (z, y, x[, components]). invalid: bool or uint8 (z, y, x).");
  module.def("compare", &CompareVolumes, "volume"_a, "original"_a, "invalid"_a = nb::none(),
    "Quality of an array against the original, both (z, y, x[, components]) of the same type.");

  module.def("make_residual", &MakeResidualOf, "model"_a, "volume"_a, "bound"_a,
    "The residual with which no decoded value is farther than bound from the original (z, y, x[, components]), in the "
    "array's units; 0 makes integers exact. Raises ValueError where bound is too small for single precision.");
  module.def("complete_network", &CompleteNetworkOf, "model"_a, "volume"_a, "half_step"_a,
    "The residual of the network's errors, rounded to multiples of two half steps in the array's units; 0.5 makes "
    "integers exact. Raises ValueError where half_step is too small for single precision.");
  module.def("estimate_residual_bytes", &EstimateResidualOf, "model"_a, "volume"_a, "bound"_a, "bricks"_a = 16,
    "About how many bytes make_residual's result takes, from so many bricks of 32^3 samples.");
}

} // namespace neuralvolume
