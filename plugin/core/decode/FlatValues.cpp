// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "decode/FlatValues.h"

#include "decode/AvailableMemory.h"
#include "decode/Decode.h"

#include <algorithm>
#include <exception>
#include <stdexcept>

namespace neuralvolume
{
namespace
{

/// Left to everything else when a volume is decoded at once.
constexpr std::size_t Reserve = std::size_t(256) << 20;

std::string InMebibytes(std::size_t bytes)
{
  return std::to_string(bytes >> 20) + " MiB";
}

void RequireMemory(std::size_t bytes)
{
  const std::size_t available = GetAvailableMemory();
  if (bytes > available - std::min(available, Reserve))
  {
    throw std::runtime_error("it takes " + InMebibytes(bytes) + " decoded as a whole, as this filter needs it, and " +
                             InMebibytes(available) +
                             " of memory are available: apply Extract Subset or Resample To Image first, or use the "
                             "representation Slice in place of a filter");
  }
}

} // namespace

FlatValues::FlatValues(LazyVolume& volume)
  : Volume(volume)
{
}

std::byte* FlatValues::Get(const Report& report)
{
  if (std::byte* values = this->Values)
  {
    return values;
  }
  const std::lock_guard lock(this->Mutex);
  if (!this->Values)
  {
    this->Fill(report);
    this->Values = this->Memory.GetBytes().data();
  }
  return this->Values;
}

void FlatValues::Fill(const Report& report)
{
  const Model& model = this->Volume.GetModel();
  try
  {
    RequireMemory(model.GetValueBytes());
    this->Memory = Pages(model.GetValueBytes());
    this->Volume.DecodeAll(this->Memory.GetBytes());
    this->MemorySize = model.GetValueBytes();
  }
  catch (const std::exception& error)
  {
    report(error.what());
    this->Memory = Pages(model.GetValueBytes(), MissingSample(model));
  }
}

} // namespace neuralvolume
