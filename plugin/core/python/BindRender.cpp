// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Arrays.h"
#include "Bindings.h"

#include "backend/Backend.h"
#include "render/Renderer.h"

#include <nanobind/stl/array.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace nb = nanobind;
using namespace nb::literals;

namespace neuralvolume
{
namespace
{

constexpr std::size_t Any = 0;

constexpr const char* Signature =
  "def render(self, *, clip_to_unit: numpy.typing.ArrayLike, unit_to_world: numpy.typing.ArrayLike, "
  "size: tuple[int, int], entries: numpy.typing.ArrayLike, minimum: float, maximum: float, "
  "sample_distance: float, opacity_unit_distance: float, component: int = 0, "
  "cropping_planes: numpy.typing.ArrayLike = (0, 1, 0, 1, 0, 1), cropping_regions: int = 0x7ffffff, "
  "clipping_planes: numpy.typing.ArrayLike | None = None, depth: numpy.typing.ArrayLike | None = None, "
  "jitter: bool = False, skip_empty_space: bool = True, blend_mode: str = 'composite', "
  "iso_values: numpy.typing.ArrayLike = (), slice_plane: numpy.typing.ArrayLike = (0, 0, 0, 0), "
  "lights: numpy.typing.ArrayLike | None = None, material: numpy.typing.ArrayLike = (0, 1, 0, 10), "
  "shadows: str = 'none', paths: int = 0, environment: numpy.typing.ArrayLike = (1, 1, 1), "
  "anisotropy: float = 0, maximum_collisions: int = 64, noise: float = 1 / 256, longest_step: float = 1) -> "
  "numpy.typing.NDArray[numpy.float32]";

constexpr const char* Documentation = R"(Draw a picture.

Parameters
----------
clip_to_unit : (4, 4)
    From homogeneous normalised device coordinates (x, y, z in [-1, 1], z = -1 the near plane) to
    unit coordinates of the volume, where sample i of n lies at (i + 0.5) / n.
unit_to_world : (3, 3)
    From a difference of unit coordinates to a vector in the world.
size : (width, height) in pixels
entries : (n, 4)
    Red, green, blue, not premultiplied, and the opacity over opacity_unit_distance, all in [0, 1],
    of n equally spaced values from minimum to maximum.
minimum, maximum : float
    In the array's units; values beyond them get the first or the last entry.
sample_distance, opacity_unit_distance : float
    In world units.
component : int
    Of the array, counted from 0; -1 for the length of its vectors.
cropping_planes : (6,)
    Low and high x, y, z, in unit coordinates.
cropping_regions : int
    Bit x + 3 y + 9 z draws the region below (0), between (1) or above (2) the planes.
clipping_planes : (m, 4), optional
    a, b, c, d: what has a x + b y + c z + d >= 0, in unit coordinates, is kept.
depth : (height, width), optional
    Window depths in [0, 1], the bottom row first, where rays end.
jitter : bool
    Shifts the samples of each ray by a part of a step, so that steps do not show as rings.
skip_empty_space : bool
    Changes the time a picture takes, not the picture.
blend_mode : 'composite', 'maximum', 'minimum', 'average', 'additive', 'isosurface' or 'slice'
iso_values : (n,)
    Of isosurfaces, in the array's units.
slice_plane : (4,)
    a, b, c, d: the slice is where a x + b y + c z + d = 0, in unit coordinates.
lights : (n, 6), optional
    Directions to lights, in the world, of length 1, and their red, green, blue; without any the
    volume is not shaded.
material : (4,)
    Ambient, diffuse, specular coefficients and the specular power.
shadows : 'none', 'single' or 'full'
paths : int
    Instead of marching, so many paths of light are traced through each pixel, at most.
environment : (3,)
    Light from all around, for paths.
anisotropy : float in (-1, 1)
    Mean cosine of the angle by which paths are scattered.
maximum_collisions : int
    Of a path.
longest_step : float
    Where nearly nothing shows, in sample distances; at 1 all steps are equal.
noise : float
    Standard error of pixels with which paths are enough.

Returns
-------
(height, width, 4) array
    Premultiplied red, green, blue and opacity, the bottom row first.

Raises
------
ValueError
    Where an array has another shape, or a number makes no sense.)";

std::string ToString(const std::vector<std::size_t>& shape)
{
  std::string text;
  for (std::size_t length : shape)
  {
    text += (text.empty() ? "" : ", ") + (length == Any ? "any" : std::to_string(length));
  }
  return "(" + text + ")";
}

/// Numbers of anything that numpy makes an array of. Throws std::invalid_argument where its shape is another one.
template <typename Value>
std::vector<Value> ToNumbers(nb::handle numbers, const char* what, const std::vector<std::size_t>& shape)
{
  const char* type = sizeof(Value) == sizeof(float) ? "float32" : "float64";
  const nb::object array = nb::module_::import_("numpy").attr("array")(numbers, type, "order"_a = "C");
  const std::vector<std::size_t> actual = ShapeOf(array);
  const auto fits = [](std::size_t length, std::size_t expected) { return expected == Any || length == expected; };
  if (!std::ranges::equal(actual, shape, fits))
  {
    throw std::invalid_argument(
      std::string(what) + " must have the shape " + ToString(shape) + ", not " + ToString(actual));
  }
  const auto values = ValuesOf<Value>(array, what, type);
  return { values.begin(), values.end() };
}

template <std::size_t Size>
std::array<double, Size> ToArray(nb::handle numbers, const char* what, const std::vector<std::size_t>& shape)
{
  std::array<double, Size> array;
  std::ranges::copy(ToNumbers<double>(numbers, what, shape), array.begin());
  return array;
}

TransferFunction ToTransferFunction(nb::handle entries, double minimum, double maximum)
{
  const std::vector<float> numbers = ToNumbers<float>(entries, "entries", { Any, 4 });
  std::vector<Rgba> colours(numbers.size() / 4);
  std::memcpy(colours.data(), numbers.data(), numbers.size() * sizeof(float));
  return TransferFunction(std::move(colours), minimum, maximum);
}

std::vector<ClippingPlane> ToClippingPlanes(nb::handle planes)
{
  std::vector<ClippingPlane> result;
  if (!planes.is_none())
  {
    const std::vector<double> numbers = ToNumbers<double>(planes, "clipping_planes", { Any, 4 });
    for (std::size_t i = 0; i < numbers.size(); i += 4)
    {
      result.push_back({ { numbers[i], numbers[i + 1], numbers[i + 2] }, numbers[i + 3] });
    }
  }
  return result;
}

template <typename Value>
Value ToChoice(const char* what, const std::string& name, const std::map<std::string, Value>& choices)
{
  const auto found = choices.find(name);
  if (found == choices.end())
  {
    std::string names;
    for (const auto& [choice, value] : choices)
    {
      names += (names.empty() ? "'" : ", '") + choice + "'";
    }
    throw std::invalid_argument(std::string(what) + " is '" + name + "'; it must be one of " + names);
  }
  return found->second;
}

BlendMode ToBlendMode(const std::string& name)
{
  return ToChoice<BlendMode>("blend_mode", name,
    { { "composite", BlendMode::Composite }, { "maximum", BlendMode::MaximumIntensity },
      { "minimum", BlendMode::MinimumIntensity }, { "average", BlendMode::Average },
      { "additive", BlendMode::Additive }, { "isosurface", BlendMode::Isosurface }, { "slice", BlendMode::Slice } });
}

Lighting ToLighting(nb::handle lights, nb::handle material, const std::string& shadows)
{
  Lighting lighting;
  if (lights.is_none())
  {
    return lighting;
  }
  const std::vector<float> numbers = ToNumbers<float>(lights, "lights", { Any, 6 });
  lighting.IsOn = true;
  lighting.Count = int(numbers.size() / 6);
  if (lighting.Count > Lighting::MaximumLights)
  {
    throw std::invalid_argument("there are " + std::to_string(lighting.Count) + " lights; there may be " +
                                std::to_string(Lighting::MaximumLights));
  }
  for (std::size_t i = 0; i < numbers.size(); i += 6)
  {
    lighting.Lights[i / 6] = { { numbers[i], numbers[i + 1], numbers[i + 2] },
      { numbers[i + 3], numbers[i + 4], numbers[i + 5] } };
  }
  const std::vector<float> coefficients = ToNumbers<float>(material, "material", { 4 });
  lighting.Ambient = coefficients[0];
  lighting.Diffuse = coefficients[1];
  lighting.Specular = coefficients[2];
  lighting.SpecularPower = coefficients[3];
  lighting.Shadows = ToChoice<Shadows>(
    "shadows", shadows, { { "none", Shadows::None }, { "single", Shadows::Single }, { "full", Shadows::Full } });
  return lighting;
}

nb::object ToNumpy(const Image& image)
{
  const NewArray array = MakeArray({ std::size_t(image.Height), std::size_t(image.Width), 4 }, "float32");
  std::memcpy(array.Bytes.data(), image.Pixels.data(), array.Bytes.size());
  return array.Array;
}

/// A renderer of a model that lives as long as the Python object of the latter, which must outlive this one.
class PythonRenderer
{
public:
  explicit PythonRenderer(const PythonModel& model)
    : Drawer(model.GetModel(), model.GetEvaluator(), GetMarcher())
  {
  }

  nb::object Render(nb::handle clipToUnit, nb::handle unitToWorld, const std::array<int, 2>& size, nb::handle entries,
    double minimum, double maximum, double sampleDistance, double opacityUnitDistance, int component,
    nb::handle croppingPlanes, std::uint32_t croppingRegions, nb::handle clippingPlanes, nb::handle depth, bool jitter,
    bool skipEmptySpace, const std::string& blendMode, nb::handle isoValues, nb::handle slicePlane, nb::handle lights,
    nb::handle material, const std::string& shadows, int paths, nb::handle environment, float anisotropy,
    int maximumCollisions, float noise, double longestStep)
  {
    const View view{ .ClipToUnit = ToArray<16>(clipToUnit, "clip_to_unit", { 4, 4 }),
      .UnitToWorld = ToArray<9>(unitToWorld, "unit_to_world", { 3, 3 }),
      .Width = size[0],
      .Height = size[1] };
    const TransferFunction transferFunction = ToTransferFunction(entries, minimum, maximum);
    RenderSettings settings;
    settings.SampleDistance = sampleDistance;
    settings.LongestStep = longestStep;
    settings.OpacityUnitDistance = opacityUnitDistance;
    settings.Component = component;
    settings.Jitter = jitter;
    settings.SkipEmptySpace = skipEmptySpace;
    settings.Cropping = { ToArray<6>(croppingPlanes, "cropping_planes", { 6 }), croppingRegions };
    settings.ClippingPlanes = ToClippingPlanes(clippingPlanes);
    settings.BlendMode = ToBlendMode(blendMode);
    settings.IsoValues = ToNumbers<double>(isoValues, "iso_values", { Any });
    const auto plane = ToArray<4>(slicePlane, "slice_plane", { 4 });
    settings.SlicePlane = { { plane[0], plane[1], plane[2] }, plane[3] };
    settings.Lighting = ToLighting(lights, material, shadows);
    settings.Paths = { paths > 0, paths, noise, maximumCollisions, anisotropy, {} };
    std::ranges::copy(ToNumbers<float>(environment, "environment", { 3 }), settings.Paths.Environment.begin());
    std::vector<float> depths;
    if (!depth.is_none())
    {
      depths = ToNumbers<float>(depth, "depth", { std::size_t(view.Height), std::size_t(view.Width) });
    }
    {
      const nb::gil_scoped_release released;
      this->Drawer.Begin(view, transferFunction, settings, { .Far = depths.empty() ? nullptr : depths.data() });
      this->Drawer.Finish();
    }
    return ToNumpy(this->Drawer.GetImage());
  }

  Renderer Drawer;
};

} // namespace

void BindRender(nb::module_& module)
{
  const Cropping uncropped;
  nb::class_<PythonRenderer>(
    module, "Renderer", "Draws pictures of a model. It keeps what it has decoded of the model for further pictures.")
    .def(nb::init<const PythonModel&>(), "model"_a, nb::keep_alive<1, 2>())
    .def("render", &PythonRenderer::Render, nb::sig(Signature), Documentation, nb::kw_only(), "clip_to_unit"_a,
      "unit_to_world"_a, "size"_a, "entries"_a, "minimum"_a, "maximum"_a, "sample_distance"_a,
      "opacity_unit_distance"_a, "component"_a = 0, "cropping_planes"_a = uncropped.Planes,
      "cropping_regions"_a = uncropped.Regions, "clipping_planes"_a = nb::none(), "depth"_a = nb::none(),
      "jitter"_a = false, "skip_empty_space"_a = true, "blend_mode"_a = "composite", "iso_values"_a = nb::tuple(),
      "slice_plane"_a = std::array{ 0.0, 0.0, 0.0, 0.0 }, "lights"_a = nb::none(),
      "material"_a = std::array{ 0.0, 1.0, 0.0, 10.0 }, "shadows"_a = "none", "paths"_a = 0,
      "environment"_a = std::array{ 1.0, 1.0, 1.0 }, "anisotropy"_a = 0.0f, "maximum_collisions"_a = 64,
      "noise"_a = 1.0f / 256.0f, "longest_step"_a = 1.0)
    .def_prop_ro(
      "samples", [](const PythonRenderer& self) { return self.Drawer.GetSamples(); },
      "How many samples the rays of the last picture have come to.")
    .def_prop_ro(
      "decoded_bricks", [](const PythonRenderer& self) { return self.Drawer.GetDecodedBricks(); },
      "How many bricks of samples were decoded so far.")
    .def_prop_ro(
      "memory_size", [](const PythonRenderer& self) { return self.Drawer.GetMemorySize(); },
      "Bytes that are taken for decoded bricks.");
}

} // namespace neuralvolume
