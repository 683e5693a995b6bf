// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Arrays.h"
#include "Bindings.h"

#include "backend/Backend.h"
#include "decode/Decode.h"
#include "decode/Evaluate.h"
#include "decode/MacroCells.h"
#include "model/Bytes.h"
#include "model/CoarseMacroCells.h"
#include "model/File.h"
#include "model/Parts.h"
#include "model/Validate.h"

#include <nanobind/stl/array.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <utility>

namespace nb = nanobind;
using namespace nb::literals;

namespace neuralvolume
{
namespace
{

std::vector<Half> ToHalves(nb::handle parameters)
{
  const nb::object halves = nb::module_::import_("numpy").attr("ascontiguousarray")(parameters, "float16");
  const auto values = ValuesOf<Half>(halves, "parameters", "float16");
  return { values.begin(), values.end() };
}

/// One bit a sample of one byte a sample; nothing where all samples have values.
std::vector<std::uint8_t> ToBits(nb::handle invalid, std::size_t samples)
{
  if (invalid.is_none())
  {
    return {};
  }
  const std::span<const std::byte> mask = BytesOf(invalid, "the mask of invalid samples");
  if (mask.size() != samples || nb::cast<std::size_t>(invalid.attr("itemsize")) != 1)
  {
    throw std::invalid_argument("the mask of invalid samples must have one bool or uint8 for each of the " +
                                std::to_string(samples) + " samples");
  }
  std::vector<std::uint8_t> bits((samples + 7) / 8);
  for (std::size_t i = 0; i < samples; ++i)
  {
    bits[i / 8] |= std::uint8_t((mask[i] != std::byte(0)) << (i % 8));
  }
  const bool any = std::ranges::any_of(bits, [](std::uint8_t byte) { return byte != 0; });
  return any ? bits : std::vector<std::uint8_t>();
}

PythonModel MakeModel(const NetworkConfig& network, nb::handle parameters, const Geometry& geometry,
  const ArrayInfo& array, nb::handle invalid, const Quantisation& quantisation)
{
  Model model;
  model.Network = network;
  model.Geometry = geometry;
  model.Array = array;
  ValidateDescription(model);
  model.Parameters = ToHalves(parameters);
  model.Quantisation = quantisation;
  model.Invalid = ToBits(invalid, model.GetSamples());
  return PythonModel(std::move(model));
}

nb::object GetParameters(const PythonModel& self)
{
  const std::vector<Half>& parameters = self.GetModel().Parameters;
  const NewArray array = MakeArray({ parameters.size() }, "float16");
  std::memcpy(array.Bytes.data(), parameters.data(), array.Bytes.size());
  return array.Array;
}

std::vector<std::size_t> RegionShape(const Region& region, int components)
{
  std::vector<std::size_t> shape(region.Count.rbegin(), region.Count.rend());
  if (components > 1)
  {
    shape.push_back(std::size_t(components));
  }
  return shape;
}

nb::object GetInvalid(const PythonModel& self)
{
  const Model& model = self.GetModel();
  const NewArray array = MakeArray(RegionShape(WholeVolume(model), 1), "bool");
  for (std::size_t i = 0; i < array.Bytes.size(); ++i)
  {
    array.Bytes[i] = std::byte(model.IsInvalid(i));
  }
  return array.Array;
}

nb::object Evaluate(const PythonModel& self, nb::handle points, bool physical)
{
  const nb::object list = nb::module_::import_("numpy").attr("ascontiguousarray")(points, "float64");
  const std::vector<std::size_t> shape = neuralvolume::ShapeOf(list);
  if (shape.size() != 2 || shape[1] != 3)
  {
    throw std::invalid_argument("points must be an array (N, 3) of positions x, y, z");
  }
  const auto components = std::size_t(self.GetModel().Array.GetComponents());
  const NewArray values =
    MakeArray(components > 1 ? std::vector{ shape[0], components } : std::vector{ shape[0] }, "float32");
  const auto coordinates = ValuesOf<double>(list, "points", "float64");
  const nb::gil_scoped_release released;
  EvaluatePoints(self.GetModel(), self.GetEvaluator(), coordinates, physical ? Frame::Physical : Frame::Unit,
    { reinterpret_cast<float*>(values.Bytes.data()), shape[0] * components });
  return values.Array;
}

nb::object DecodeArray(const PythonModel& self, const std::optional<std::array<int, 6>>& extent, int stride)
{
  const Model& model = self.GetModel();
  const Region region = extent ? RegionOfExtent(model, *extent, stride) : WholeVolume(model, stride);
  const NewArray values =
    MakeArray(RegionShape(region, model.Array.GetComponents()), std::string(NameOf(model.Array.Type)).c_str());
  const nb::gil_scoped_release released;
  Decode(model, self.GetEvaluator(), region, values.Bytes);
  return values.Array;
}

/// What is not a model is a bad argument to Python.
template <typename Function>
auto ReadOrRefuse(Function&& read)
{
  try
  {
    return read();
  }
  catch (const std::runtime_error& error)
  {
    throw std::invalid_argument(error.what());
  }
}

template <typename Function>
auto WithoutGil(Function&& function)
{
  const nb::gil_scoped_release released;
  return function();
}

nb::bytes ToPython(std::span<const std::byte> bytes)
{
  return nb::bytes(bytes.data(), bytes.size());
}

nb::bytes ToBytes(const PythonModel& self)
{
  return ToPython(WithoutGil([&] { return Serialize(self.GetModel()); }));
}

std::vector<std::pair<std::string, std::uint64_t>> ListParts(nb::handle data)
{
  const Buffer buffer(data);
  std::vector<std::pair<std::string, std::uint64_t>> parts;
  for (const Part& part : PartsOf(buffer.GetBytes()))
  {
    parts.emplace_back(part.Name, part.Bytes);
  }
  return parts;
}

PythonModel FromBytes(nb::handle data)
{
  const Buffer buffer(data);
  return WithoutGil([&] { return ReadOrRefuse([&] { return PythonModel(Deserialize(buffer.GetBytes())); }); });
}

/// What a header says.
struct Description
{
  Model Header;
};

Description DescribeBytes(nb::handle data)
{
  const Buffer buffer(data);
  return ReadOrRefuse([&] { return Description{ Describe(buffer.GetBytes()) }; });
}

std::vector<nb::bytes> Split(nb::handle data)
{
  const Buffer buffer(data);
  std::vector<nb::bytes> models;
  for (const std::span<const std::byte> bytes : ReadOrRefuse([&] { return SplitModels(buffer.GetBytes()); }))
  {
    models.push_back(ToPython(bytes));
  }
  return models;
}

void WriteBuffer(nb::handle data, const std::string& path)
{
  const Buffer buffer(data);
  WithoutGil([&] { WriteFile(buffer.GetBytes(), path); });
}

void BindBytes(nb::module_& module)
{
  nb::class_<Description>(module, "Description", "What the header of a model's bytes says.")
    .def(nb::new_(&DescribeBytes), "data"_a, "Raises ValueError where data is not a whole model.")
    .def_prop_ro("network", [](const Description& self) { return self.Header.Network; })
    .def_prop_ro("geometry", [](const Description& self) { return self.Header.Geometry; })
    .def_prop_ro("array", [](const Description& self) { return self.Header.Array; })
    .def_prop_ro("time", [](const Description& self) { return self.Header.Time; })
    .def_prop_ro("report", [](const Description& self) { return self.Header.Report; });
  module.def("split_models", &Split, "data"_a,
    "The byte strings of models that lie end to end. Raises ValueError where their lengths are not the data's.");
  module.def("write_file", &WriteBuffer, "data"_a, "path"_a, "Raises OSError; path then holds what it held before.");
  module.def(
    "read_file", [](const std::string& path) { return ToPython(WithoutGil([&] { return ReadFile(path); })); }, "path"_a,
    "All of a regular file. Raises OSError.");
}

} // namespace

PythonModel::PythonModel(Model model)
  : TheModel(std::move(model))
  , TheEvaluator(MakeEvaluator(this->TheModel.Network, this->TheModel.Parameters))
{
}

void BindModel(nb::module_& module)
{
  const auto release = nb::call_guard<nb::gil_scoped_release>();
  nb::class_<PythonModel>(module, "Model",
    "A fitted neural volume. Only its macro cells, residual, decoded ranges, time and report can be set.")
    .def(
      "__init__",
      [](PythonModel* self, const NetworkConfig& network, nb::handle parameters, const Geometry& geometry,
        const ArrayInfo& array, nb::handle invalid, const Quantisation& quantisation)
      { new (self) PythonModel(MakeModel(network, parameters, geometry, array, invalid, quantisation)); },
      "network"_a, "parameters"_a, "geometry"_a, "array"_a, "invalid"_a = nb::none(), "quantisation"_a = Quantisation(),
      "parameters: flat, rounded to float16; invalid: bool or uint8 (z, y, x), true where a sample has no value; "
      "quantisation: of the parameters, which must be rounded to it already. "
      "A model without macro cells decodes and evaluates but cannot become bytes.")
    .def_prop_ro("network", [](const PythonModel& self) { return self.GetModel().Network; })
    .def_prop_ro("quantisation", [](const PythonModel& self) { return self.GetModel().Quantisation; })
    .def_prop_ro("parameters", &GetParameters,
      nb::for_getter(nb::sig("def parameters(self, /) -> numpy.typing.NDArray[numpy.float16]")),
      "float16, flat, in tiny-cuda-nn's order (a copy).")
    .def_prop_ro("geometry", [](const PythonModel& self) { return self.GetModel().Geometry; })
    .def_prop_ro("array", [](const PythonModel& self) { return self.GetModel().Array; })
    .def_prop_ro("invalid", &GetInvalid,
      nb::for_getter(nb::sig("def invalid(self, /) -> numpy.typing.NDArray[numpy.bool_]")),
      "bool (z, y, x): true where a sample has no value (a copy).")
    .def_prop_ro(
      "dimensions", [](const PythonModel& self) { return self.GetModel().GetDimensions(); }, "Samples along x, y, z.")
    .def_prop_rw(
      "macro_cells", [](const PythonModel& self) { return self.GetModel().MacroCells; }, &PythonModel::SetMacroCells)
    .def_prop_rw(
      "residual", [](const PythonModel& self) { return self.GetModel().Residual; }, &PythonModel::SetResidual,
      nb::arg().none(), "What bounds the errors of decoded values, or None.")
    .def_prop_rw(
      "time", [](const PythonModel& self) { return self.GetModel().Time; }, &PythonModel::SetTime, nb::arg().none(),
      "Of a series' step; None in what is no series.")
    .def_prop_rw(
      "decoded_ranges", [](const PythonModel& self) { return self.GetModel().Array.Decoded; },
      &PythonModel::SetDecodedRanges, "Those that `compare` has measured.")
    .def_prop_rw(
      "report", [](const PythonModel& self) { return self.GetModel().Report; }, &PythonModel::SetReport)
    .def("to_bytes", &ToBytes, "The model as one byte string: what a .nvol file holds.")
    .def_static("from_bytes", &FromBytes, "data"_a, "Raises ValueError where data is not a whole model.")
    .def("evaluate", &Evaluate, "points"_a, "physical"_a = true,
      nb::sig("def evaluate(self, points: numpy.typing.ArrayLike, physical: bool = True) -> "
              "numpy.typing.NDArray[numpy.float32]"),
      "float32 (N,) or (N, components) in the array's units at points (N, 3), world positions or, if not physical, "
      "unit coordinates; NaN outside the volume and where it has no value.")
    .def("decode", &DecodeArray, "extent"_a = nb::none(), "stride"_a = 1,
      nb::sig("def decode(self, extent: Sequence[int] | None = None, stride: int = 1) -> "
              "numpy.typing.NDArray[typing.Any]"),
      "(z, y, x) or (z, y, x, components) in the array's own type. extent: xmin, xmax, ymin, ymax, zmin, zmax, both "
      "ends included, in the volume's own index space.");

  BindBytes(module);
  module.def("parts", &ListParts, "data"_a,
    "Name and bytes of each part of a model's bytes, in the order in which they lie; together they are all of it.");
  module.def(
    "compute_macro_cells",
    [](const PythonModel& model, int cellSize)
    { return ComputeMacroCells(model.GetModel(), model.GetEvaluator(), cellSize); },
    "model"_a, "cell_size"_a = 8, release, "Bounds of the model's own clamped output, cell by cell.");
  module.def(
    "coarsen_macro_cells",
    [](const PythonModel& model, std::size_t budget) { return CoarsenMacroCells(model.GetModel(), budget); }, "model"_a,
    "budget"_a, release,
    "The finest form of the model's macro cells that takes at most budget bytes in a file, else the coarsest one.");
}

} // namespace neuralvolume
