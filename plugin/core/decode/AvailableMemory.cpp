// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "decode/AvailableMemory.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>

namespace neuralvolume
{
namespace
{

constexpr std::size_t Unlimited = std::numeric_limits<std::size_t>::max();

std::size_t ReadNumber(const std::string& path, std::size_t otherwise)
{
  std::ifstream file(path);
  std::size_t number = otherwise;
  return file >> number ? number : otherwise;
}

std::size_t ReadField(const std::string& path, const std::string& name, std::size_t otherwise)
{
  std::ifstream file(path);
  std::size_t number = otherwise;
  for (std::string field, line; file >> field; std::getline(file, line))
  {
    if (field == name && file >> number)
    {
      return number;
    }
  }
  return otherwise;
}

std::size_t SystemMemory()
{
  const std::size_t kibibytes = ReadField("/proc/meminfo", "MemAvailable:", Unlimited / 1024);
  return kibibytes * 1024;
}

/// Of the group that this process sees as the root, as in a container. File pages are given back under pressure.
std::size_t ControlGroupMemory()
{
  const std::string folder = "/sys/fs/cgroup/";
  const std::size_t limit = ReadNumber(folder + "memory.max", Unlimited);
  const std::size_t used = ReadNumber(folder + "memory.current", 0);
  const std::size_t reclaimable = ReadField(folder + "memory.stat", "inactive_file", 0);
  const std::size_t held = used - std::min(used, reclaimable);
  return limit - std::min(limit, held);
}

} // namespace

std::size_t GetAvailableMemory()
{
  return std::min(SystemMemory(), ControlGroupMemory());
}

} // namespace neuralvolume
