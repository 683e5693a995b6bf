// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "decode/Pages.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <new>
#include <numeric>
#include <utility>
#include <vector>

namespace neuralvolume
{
namespace
{

constexpr int Access = PROT_READ | PROT_WRITE;
constexpr std::size_t MaximumParts = 16384; // a process may have some 65,000
constexpr std::size_t MinimumPart = std::size_t(1) << 20;

std::byte* Map(void* where, std::size_t bytes, int flags, int file)
{
  void* const mapped = mmap(where, bytes, Access, MAP_PRIVATE | MAP_NORESERVE | flags, file, 0);
  if (mapped == MAP_FAILED)
  {
    throw std::bad_alloc();
  }
  return static_cast<std::byte*>(mapped);
}

/// A file in memory.
class MemoryFile
{
public:
  explicit MemoryFile(std::span<const std::byte> content)
    : Descriptor(memfd_create("NeuralVolume", MFD_CLOEXEC))
  {
    if (write(this->Descriptor, content.data(), content.size()) != ssize_t(content.size()))
    {
      close(this->Descriptor);
      throw std::bad_alloc();
    }
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { close(this->Descriptor); }

  const int Descriptor;
};

/// So many whole pages and whole patterns that few of them fill up bytes.
std::vector<std::byte> Repeat(std::span<const std::byte> pattern, std::size_t bytes)
{
  const std::size_t unit = std::lcm(pattern.size(), std::size_t(sysconf(_SC_PAGESIZE)));
  const std::size_t wanted = std::max(bytes / MaximumParts, MinimumPart);
  std::vector<std::byte> part((wanted / unit + 1) * unit);
  for (std::size_t i = 0; i < part.size(); ++i)
  {
    part[i] = pattern[i % pattern.size()];
  }
  return part;
}

} // namespace

Pages::Pages(std::size_t bytes)
  : Bytes(Map(nullptr, bytes, MAP_ANONYMOUS, -1), bytes)
{
}

Pages::Pages(std::size_t bytes, std::span<const std::byte> pattern)
  : Pages(bytes)
{
  const std::vector<std::byte> part = Repeat(pattern, bytes);
  const MemoryFile file(part);
  for (std::size_t at = 0; at < bytes; at += part.size())
  {
    Map(this->Bytes.data() + at, std::min(part.size(), bytes - at), MAP_FIXED, file.Descriptor);
  }
}

Pages::Pages(Pages&& other) noexcept
  : Bytes(std::exchange(other.Bytes, {}))
{
}

Pages& Pages::operator=(Pages&& other) noexcept
{
  std::swap(this->Bytes, other.Bytes);
  return *this;
}

Pages::~Pages()
{
  if (!this->Bytes.empty())
  {
    munmap(this->Bytes.data(), this->Bytes.size());
  }
}

} // namespace neuralvolume
