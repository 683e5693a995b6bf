// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Arrays.h"

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <limits>
#include <stdexcept>
#include <string>

namespace nb = nanobind;

namespace neuralvolume
{
namespace
{

/// numpy's arrays stay where they are: their bytes outlive the buffer that shows them.
std::span<const std::byte> BytesInPlace(nb::handle array)
{
  return Buffer(array).GetBytes();
}

std::string TypeOf(nb::handle array)
{
  return nb::cast<std::string>(array.attr("dtype").attr("name"));
}

int ToDimension(std::size_t count)
{
  if (count < 1 || count > std::size_t(std::numeric_limits<int>::max()))
  {
    throw std::invalid_argument(
      "the volume has " + std::to_string(count) + " points along an axis; it must have at least one");
  }
  return int(count);
}

} // namespace

std::vector<std::size_t> ShapeOf(nb::handle array)
{
  return nb::cast<std::vector<std::size_t>>(nb::list(array.attr("shape")));
}

std::span<const std::byte> BytesOf(nb::handle array, const char* what)
{
  const std::string name = what;
  if (!nb::isinstance(array, nb::module_::import_("numpy").attr("ndarray")))
  {
    throw std::invalid_argument(name + " must be a numpy array");
  }
  if (!nb::cast<bool>(array.attr("flags").attr("c_contiguous")))
  {
    throw std::invalid_argument(name + " must be C-contiguous; pass numpy.ascontiguousarray of it");
  }
  if (!nb::cast<bool>(array.attr("dtype").attr("isnative")))
  {
    throw std::invalid_argument(
      name + " must have this machine's byte order; pass array.astype(array.dtype.newbyteorder('='))");
  }
  return BytesInPlace(array);
}

void RequireType(nb::handle array, const char* what, const char* type)
{
  if (TypeOf(array) != type)
  {
    throw std::invalid_argument(std::string(what) + " must be of type " + type + ", not " + TypeOf(array));
  }
}

VolumeView VolumeOf(nb::handle array, nb::handle invalid)
{
  VolumeView view;
  view.Data = BytesOf(array, "the volume").data();
  view.Type = ScalarTypeFromName(TypeOf(array));
  const std::vector<std::size_t> shape = ShapeOf(array);
  if (shape.size() != 3 && shape.size() != 4)
  {
    throw std::invalid_argument("the volume has " + std::to_string(shape.size()) +
                                " dimensions; it must have (z, y, x) or (z, y, x, components)");
  }
  view.Dimensions = { ToDimension(shape[2]), ToDimension(shape[1]), ToDimension(shape[0]) };
  view.Components = shape.size() == 4 ? ToDimension(shape[3]) : 1;
  if (!invalid.is_none())
  {
    const std::span<const std::byte> mask = BytesOf(invalid, "the mask of invalid points");
    if (mask.size() != view.GetPoints() || nb::cast<std::size_t>(invalid.attr("itemsize")) != 1)
    {
      throw std::invalid_argument("the mask of invalid points must have one bool or uint8 for each of the volume's " +
                                  std::to_string(view.GetPoints()) + " points");
    }
    view.Invalid = reinterpret_cast<const std::uint8_t*>(mask.data());
  }
  return view;
}

NewArray MakeArray(const std::vector<std::size_t>& shape, const char* type)
{
  nb::object array = nb::module_::import_("numpy").attr("empty")(nb::tuple(nb::cast(shape)), type);
  const std::span<const std::byte> bytes = BytesInPlace(array);
  return { array, { const_cast<std::byte*>(bytes.data()), bytes.size() } };
}

} // namespace neuralvolume
