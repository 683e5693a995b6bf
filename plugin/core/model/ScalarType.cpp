// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "model/ScalarType.h"

#include <array>
#include <stdexcept>
#include <string>

namespace neuralvolume
{
namespace
{

constexpr std::array<std::string_view, 10> Names = { "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64",
  "uint64", "float32", "float64" };

} // namespace

std::size_t SizeOf(ScalarType type)
{
  return Dispatch(type, [](auto zero) { return sizeof(zero); });
}

bool IsInteger(ScalarType type)
{
  return type != ScalarType::Float32 && type != ScalarType::Float64;
}

std::string_view NameOf(ScalarType type)
{
  return Names[std::size_t(type)];
}

ScalarType ScalarTypeFromName(std::string_view name)
{
  std::string known;
  for (std::size_t i = 0; i < Names.size(); ++i)
  {
    if (Names[i] == name)
    {
      return ScalarType(i);
    }
    known += (i ? ", " : "") + std::string(Names[i]);
  }
  throw std::invalid_argument("unknown scalar type '" + std::string(name) + "'; known are " + known);
}

} // namespace neuralvolume
