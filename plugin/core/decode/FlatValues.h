// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "decode/LazyVolume.h"
#include "decode/Pages.h"

#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>

namespace neuralvolume
{

/// All values of a volume side by side, for those who ask for a pointer.
class FlatValues
{
public:
  using Report = std::function<void(const std::string& problem)>;

  explicit FlatValues(LazyVolume& volume);

  /// Decodes when it is called first, and always returns bytes that can be read. Where memory or the model does not
  /// allow to decode, no sample has a value in them, and the reason is reported once. Safe to use from many threads.
  std::byte* Get(const Report& report);

  /// Bytes that the values take.
  std::size_t GetMemorySize() const { return this->MemorySize; }

private:
  void Fill(const Report& report);

  LazyVolume& Volume;
  std::atomic<std::byte*> Values = nullptr;
  std::atomic<std::size_t> MemorySize = 0;
  std::mutex Mutex; ///< of what follows
  Pages Memory;
};

} // namespace neuralvolume
