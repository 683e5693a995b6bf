// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "decode/FlatValues.h"

#include "decode/AvailableMemory.h"
#include "decode/Decode.h"

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <system_error>

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

bool IsMemoryFor(std::size_t bytes)
{
  const std::size_t available = GetAvailableMemory();
  return bytes <= available - std::min(available, Reserve);
}

void RequireMemory(std::size_t bytes)
{
  if (!IsMemoryFor(bytes))
  {
    throw std::runtime_error("it takes " + InMebibytes(bytes) + " decoded as a whole, as this filter needs it, and " +
                             InMebibytes(GetAvailableMemory()) +
                             " of memory are available: apply Extract Subset or Resample To Image first, or use the "
                             "representation Slice in place of a filter");
  }
}

} // namespace

FlatValues::FlatValues(LazyVolume& volume, const Policy& policy)
  : Volume(volume)
  , Rules(policy)
  , Missing(MissingSample(volume.GetModel()))
{
}

std::byte* FlatValues::Get(const Report& report)
{
  if (!this->IsReady)
  {
    const std::lock_guard lock(this->Mutex);
    if (!this->IsReady)
    {
      this->Prepare(report);
      this->IsReady = true;
    }
  }
  if (this->Server)
  {
    this->Server->Ask();
    if (this->IsSmall())
    {
      this->Server->FillAll();
    }
  }
  return this->Memory.GetBytes().data();
}

bool FlatValues::IsSmall() const
{
  return this->Memory.GetBytes().size() <= this->Rules.LargestAtOnce;
}

std::size_t FlatValues::GetMemorySize() const
{
  if (!this->IsReady)
  {
    return 0;
  }
  return this->Server ? this->Server->GetFilled() : this->Memory.GetBytes().size();
}

void FlatValues::Prepare(const Report& report)
{
  const std::size_t bytes = this->Volume.GetModel().GetValueBytes();
  this->Memory = Pages(bytes);
  try
  {
    if (this->IsSmall() && IsMemoryFor(bytes))
    {
      this->Volume.DecodeAll(this->Memory.GetBytes());
      this->Serve(true);
    }
    else if (!this->Serve(false))
    {
      RequireMemory(bytes);
      this->Volume.DecodeAll(this->Memory.GetBytes());
    }
  }
  catch (const std::exception& error)
  {
    report(error.what());
    this->Memory = Pages(bytes, this->Missing);
  }
}

bool FlatValues::Serve(bool isFilled)
{
  const std::size_t bytes = this->Memory.GetBytes().size();
  const std::size_t limit = isFilled ? bytes : std::min(this->Rules.LargestAtOnce, GetAvailableMemory() / 2);
  try
  {
    this->Server = this->Rules.IsOnDemand
                     ? std::make_unique<PageServer>(this->Memory.GetBytes(),
                         PageServer::Policy{ isFilled, limit, this->Rules.Patience },
                         [this](std::size_t offset, std::span<std::byte> part) { this->DecodePart(offset, part); })
                     : nullptr;
  }
  catch (const std::system_error&)
  {
    this->Server.reset(); // which the system does not allow
  }
  return this->Server != nullptr;
}

void FlatValues::DecodePart(std::size_t offset, std::span<std::byte> part)
{
  const std::size_t size = this->Volume.GetSampleSize();
  while (!part.empty())
  {
    const std::span<const std::byte> row = this->ReadRow(offset / size).subspan(offset % size);
    const std::size_t count = std::min(row.size(), part.size());
    std::copy_n(row.begin(), count, part.begin());
    part = part.subspan(count);
    offset += count;
  }
}

/// From a sample to the end of its brick's row; of a damaged brick the one sample, without a value.
std::span<const std::byte> FlatValues::ReadRow(std::size_t sample)
{
  try
  {
    return this->Reader.ReadRow(this->Volume, sample);
  }
  catch (const std::exception&)
  {
    return this->Missing;
  }
}

} // namespace neuralvolume
