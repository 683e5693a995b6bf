// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/VolumeView.h"

#include <nanobind/nanobind.h>

#include <cstddef>
#include <span>
#include <vector>

/// numpy arrays in and out. Volumes are (z, y, x) or (z, y, x, components): in memory, what VTK has.
namespace neuralvolume
{

/// Anything with the buffer protocol, held in place.
class Buffer
{
public:
  explicit Buffer(nanobind::handle object)
  {
    if (PyObject_GetBuffer(object.ptr(), &this->View, PyBUF_SIMPLE) != 0)
    {
      throw nanobind::python_error();
    }
  }
  ~Buffer() { PyBuffer_Release(&this->View); }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  std::span<const std::byte> GetBytes() const
  {
    return { static_cast<const std::byte*>(this->View.buf), std::size_t(this->View.len) };
  }

private:
  Py_buffer View;
};

/// Bytes of a C-contiguous native-endian numpy array. The array must outlive them.
/// Throws std::invalid_argument, with what the array is for, where it is another thing.
std::span<const std::byte> BytesOf(nanobind::handle array, const char* what);

/// The same, and its values must be of a numpy type.
template <typename Value>
std::span<const Value> ValuesOf(nanobind::handle array, const char* what, const char* type);

/// invalid: None or an array of bool or uint8 with the volume's (z, y, x).
VolumeView VolumeOf(nanobind::handle array, nanobind::handle invalid);

/// A new numpy array, with its bytes to fill.
struct NewArray
{
  nanobind::object Array;
  std::span<std::byte> Bytes;
};

NewArray MakeArray(const std::vector<std::size_t>& shape, const char* type);

void RequireType(nanobind::handle array, const char* what, const char* type);
std::vector<std::size_t> ShapeOf(nanobind::handle array);

template <typename Value>
std::span<const Value> ValuesOf(nanobind::handle array, const char* what, const char* type)
{
  const std::span<const std::byte> bytes = BytesOf(array, what);
  RequireType(array, what, type);
  return { reinterpret_cast<const Value*>(bytes.data()), bytes.size() / sizeof(Value) };
}

} // namespace neuralvolume
