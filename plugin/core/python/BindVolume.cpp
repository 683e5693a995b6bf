// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Arrays.h"
#include "Bindings.h"

#include <nanobind/stl/array.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <cstring>
#include <stdexcept>
#include <utility>

namespace nb = nanobind;
using namespace nb::literals;

namespace neuralvolume
{
namespace
{

using Ranges = std::vector<std::pair<double, double>>;

Ranges ToPairs(const std::vector<ValueRange>& ranges)
{
  Ranges pairs;
  for (const ValueRange& range : ranges)
  {
    pairs.emplace_back(range.Minimum, range.Maximum);
  }
  return pairs;
}

Association AssociationFromName(const std::string& name)
{
  if (name != "points" && name != "cells")
  {
    throw std::invalid_argument("unknown association '" + name + "'; known are points, cells");
  }
  return name == "cells" ? Association::Cells : Association::Points;
}

void BindGeometry(nb::module_& module)
{
  const Geometry defaults;
  nb::class_<Geometry>(module, "Geometry", "Where the volume lies in space, as vtkImageData says it.")
    .def(
      "__init__",
      [](Geometry* self, const std::array<int, 6>& extent, const std::array<double, 3>& origin,
        const std::array<double, 3>& spacing, const std::array<double, 9>& direction) {
        new (self) Geometry{ extent, origin, spacing, direction };
      },
      "extent"_a, nb::kw_only(), "origin"_a = defaults.Origin, "spacing"_a = defaults.Spacing,
      "direction"_a = defaults.Direction,
      "extent: xmin, xmax, ymin, ymax, zmin, zmax of the points, for cell data too; direction: 3 x 3, row-major.")
    .def_ro("extent", &Geometry::Extent)
    .def_ro("origin", &Geometry::Origin)
    .def_ro("spacing", &Geometry::Spacing)
    .def_ro("direction", &Geometry::Direction)
    .def(
      "__eq__",
      [](const Geometry& self, nb::handle other)
      { return nb::isinstance<Geometry>(other) && nb::cast<Geometry>(other) == self; },
      nb::sig("def __eq__(self, other: object, /) -> bool"));
}

void BindArrayInfo(nb::module_& module)
{
  nb::class_<ArrayInfo>(module, "ArrayInfo", "The array that a model stands for.")
    .def(
      "__init__",
      [](ArrayInfo* self, const std::string& name, const std::string& type, const Ranges& ranges,
        const std::string& association, const std::vector<std::string>& componentNames)
      {
        ArrayInfo info{ name, ScalarTypeFromName(type), AssociationFromName(association), {}, {}, componentNames };
        for (const auto& [minimum, maximum] : ranges)
        {
          info.Ranges.push_back({ minimum, maximum });
        }
        new (self) ArrayInfo(std::move(info));
      },
      nb::kw_only(), "name"_a, "type"_a, "ranges"_a, "association"_a = "points",
      "component_names"_a = std::vector<std::string>(),
      "type: a numpy type's name; ranges: (minimum, maximum) of each component; association: 'points' or 'cells'.")
    .def_ro("name", &ArrayInfo::Name)
    .def_prop_ro("type", [](const ArrayInfo& self) { return std::string(NameOf(self.Type)); })
    .def_prop_ro(
      "association", [](const ArrayInfo& self) { return self.Kind == Association::Cells ? "cells" : "points"; })
    .def_prop_ro("components", &ArrayInfo::GetComponents)
    .def_ro("component_names", &ArrayInfo::ComponentNames, "One for each component, or none.")
    .def_prop_ro("ranges", [](const ArrayInfo& self) { return ToPairs(self.Ranges); });
}

void BindDecodedRanges(nb::module_& module)
{
  nb::class_<DecodedRanges>(module, "DecodedRanges", "What decoded values span.")
    .def_prop_ro(
      "components", [](const DecodedRanges& self) { return ToPairs(self.Components); },
      "(minimum, maximum) of each; empty where it was not measured.")
    .def_prop_ro(
      "norm",
      [](const DecodedRanges& self)
      { return self.Norm ? std::optional(std::pair(self.Norm->Minimum, self.Norm->Maximum)) : std::nullopt; },
      "Of the Euclidean norm; None where there is one component or it was not measured.");
}

nb::object BoundsArray(const MacroCells& cells)
{
  const std::size_t components = cells.Bounds.size() / 2 / cells.GetCells();
  const auto [x, y, z] = cells.Dimensions;
  const NewArray bounds = MakeArray({ std::size_t(z), std::size_t(y), std::size_t(x), components, 2 }, "float32");
  std::memcpy(bounds.Bytes.data(), cells.Bounds.data(), bounds.Bytes.size());
  return bounds.Array;
}

void BindMacroCells(nb::module_& module)
{
  nb::class_<MacroCells>(module, "MacroCells", "Bounds of the network's own output, block by block.")
    .def_ro("cell_size", &MacroCells::CellSize, "Samples along an edge of a cell.")
    .def_ro("dimensions", &MacroCells::Dimensions, "Cells along x, y, z.")
    .def_prop_ro("bounds", &BoundsArray,
      "float32 (z, y, x, components, 2): minimum and maximum in the array's units; inf and -inf where no sample has "
      "a value.");
}

std::vector<double> EdgesOf(const ErrorHistogram& histogram)
{
  const std::size_t bins = histogram.Counts.size();
  std::vector<double> edges;
  for (std::size_t edge = 0; bins > 0 && edge <= bins; ++edge)
  {
    edges.push_back((double(edge) - double(bins) / 2.0) * histogram.BinWidth);
  }
  return edges;
}

void BindResidual(nb::module_& module)
{
  nb::class_<Residual>(module, "Residual", "What the network misses of the original: it bounds decoded values' errors.")
    .def_ro("bound", &Residual::Bound, "In the array's units.")
    .def_prop_ro(
      "nbytes", [](const Residual& self) { return PackResidual(self).size(); }, "What it takes in a file.");
}

void BindReport(nb::module_& module)
{
  nb::class_<ErrorHistogram>(module, "ErrorHistogram", "How often which error occurs, decoded minus original.")
    .def(
      "__init__",
      [](ErrorHistogram* self, double binWidth, const std::vector<std::uint64_t>& counts) {
        new (self) ErrorHistogram{ binWidth, counts };
      },
      "bin_width"_a, "counts"_a)
    .def_ro("bin_width", &ErrorHistogram::BinWidth, "In the array's units.")
    .def_prop_ro(
      "edges", &EdgesOf, "Of the bins, in the array's units: one more than counts, as numpy.histogram gives.")
    .def_ro("counts", &ErrorHistogram::Counts,
      "Values in each of an odd number of bins, the middle one around zero; empty where nothing was measured.");

  const FitReport defaults;
  nb::class_<FitReport>(module, "FitReport", "What the fit reached.")
    .def(
      "__init__",
      [](FitReport* self, double psnr, std::optional<double> networkPsnr, double ssim, double maximumError,
        double percentile999Error, double meanError, const ErrorHistogram& histogram, std::uint64_t steps,
        std::uint64_t seed, std::uint64_t originalBytes, const std::string& backend, const std::string& stopReason)
      {
        new (self) FitReport{ psnr, networkPsnr, ssim, maximumError, percentile999Error, meanError, histogram, steps,
          seed, originalBytes, backend, stopReason };
      },
      nb::kw_only(), "psnr"_a = defaults.Psnr, "network_psnr"_a = defaults.NetworkPsnr, "ssim"_a = defaults.Ssim,
      "maximum_error"_a = defaults.MaximumError, "percentile_999_error"_a = defaults.Percentile999Error,
      "mean_error"_a = defaults.MeanError, "error_histogram"_a = defaults.Histogram, "steps"_a = defaults.Steps,
      "seed"_a = defaults.Seed, "original_bytes"_a = defaults.OriginalBytes, "backend"_a = defaults.Backend,
      "stop_reason"_a = defaults.StopReason)
    .def_ro("psnr", &FitReport::Psnr, "dB over all valid samples, by the data's range; inf when exact.")
    .def_ro("network_psnr", &FitReport::NetworkPsnr, "dB without the residual, as drawn; None where there is none.")
    .def_ro("ssim", &FitReport::Ssim)
    .def_ro("maximum_error", &FitReport::MaximumError, "In the array's units.")
    .def_ro("percentile_999_error", &FitReport::Percentile999Error,
      "What 99.9 % of all absolute errors do not exceed, in the array's units; NaN where not measured.")
    .def_ro("mean_error", &FitReport::MeanError, "Signed, in the array's units; NaN where not measured.")
    .def_ro("error_histogram", &FitReport::Histogram)
    .def_ro("steps", &FitReport::Steps)
    .def_ro("seed", &FitReport::Seed)
    .def_ro("original_bytes", &FitReport::OriginalBytes)
    .def_ro("backend", &FitReport::Backend)
    .def_ro("stop_reason", &FitReport::StopReason);
}

} // namespace

void BindVolume(nb::module_& module)
{
  BindGeometry(module);
  BindArrayInfo(module);
  BindDecodedRanges(module);
  BindMacroCells(module);
  BindResidual(module);
  BindReport(module);
}

} // namespace neuralvolume
