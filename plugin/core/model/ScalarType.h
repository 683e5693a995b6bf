// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace neuralvolume
{

/// Types of a volume's values; the names in files and in Python are numpy's ("uint8", "float32", ...).
enum class ScalarType
{
  Int8,
  UInt8,
  Int16,
  UInt16,
  Int32,
  UInt32,
  Int64,
  UInt64,
  Float32,
  Float64
};

std::size_t SizeOf(ScalarType type);
bool IsInteger(ScalarType type);
std::string_view NameOf(ScalarType type);

/// Throws std::invalid_argument that lists the known names.
ScalarType ScalarTypeFromName(std::string_view name);

/// Calls function(T{}) with the C++ type that belongs to type.
template <typename Function>
decltype(auto) Dispatch(ScalarType type, Function&& function)
{
  switch (type)
  {
    case ScalarType::Int8:
      return function(std::int8_t{});
    case ScalarType::UInt8:
      return function(std::uint8_t{});
    case ScalarType::Int16:
      return function(std::int16_t{});
    case ScalarType::UInt16:
      return function(std::uint16_t{});
    case ScalarType::Int32:
      return function(std::int32_t{});
    case ScalarType::UInt32:
      return function(std::uint32_t{});
    case ScalarType::Int64:
      return function(std::int64_t{});
    case ScalarType::UInt64:
      return function(std::uint64_t{});
    case ScalarType::Float32:
      return function(float{});
    case ScalarType::Float64:
      break;
  }
  return function(double{});
}

} // namespace neuralvolume
