// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "model/Zstd.h"

#include <zstd.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace neuralvolume
{
namespace
{

constexpr int Level = 9;
constexpr int StrongLevel = 19;
constexpr std::size_t StrongLength = 1 << 16; // so much takes no time at any level

} // namespace

std::vector<std::byte> Compress(std::span<const std::byte> content, std::string_view dictionary)
{
  const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(), ZSTD_freeCCtx);
  std::vector<std::byte> frame(ZSTD_compressBound(content.size()));
  const std::size_t length = ZSTD_compress_usingDict(context.get(), frame.data(), frame.size(), content.data(),
    content.size(), dictionary.data(), dictionary.size(), content.size() <= StrongLength ? StrongLevel : Level);
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

bool Decompress(std::span<const std::byte> frame, std::span<std::byte> content, std::string_view dictionary)
{
  const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(), ZSTD_freeDCtx);
  const std::size_t length = ZSTD_decompress_usingDict(
    context.get(), content.data(), content.size(), frame.data(), frame.size(), dictionary.data(), dictionary.size());
  return !ZSTD_isError(length) && length == content.size();
}

} // namespace neuralvolume
