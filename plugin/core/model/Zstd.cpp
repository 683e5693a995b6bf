// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "model/Zstd.h"

#include <zstd.h>

#include <stdexcept>
#include <string>

namespace neuralvolume
{
namespace
{

constexpr int Level = 9;

} // namespace

std::vector<std::byte> Compress(std::span<const std::byte> content)
{
  std::vector<std::byte> frame(ZSTD_compressBound(content.size()));
  const std::size_t length = ZSTD_compress(frame.data(), frame.size(), content.data(), content.size(), Level);
  if (ZSTD_isError(length))
  {
    throw std::runtime_error(std::string("zstd: ") + ZSTD_getErrorName(length));
  }
  frame.resize(length);
  return frame;
}

std::uint64_t ContentLength(std::span<const std::byte> frame)
{
  return ZSTD_getFrameContentSize(frame.data(), frame.size());
}

bool Decompress(std::span<const std::byte> frame, std::span<std::byte> content)
{
  const std::size_t length = ZSTD_decompress(content.data(), content.size(), frame.data(), frame.size());
  return !ZSTD_isError(length) && length == content.size();
}

} // namespace neuralvolume
