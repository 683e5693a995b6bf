// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "decode/LazyVolume.h"
#include "decode/PageServer.h"
#include "decode/Pages.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace neuralvolume
{

/// All values of a volume side by side, for those who ask for a pointer.
/// Up to a size they are decoded at once, above it part by part where they are read. When they were not asked for in
/// a while, their memory is given back; who reads them later finds them decoded again. Where the system does not allow
/// that, they are decoded at once and stay.
class FlatValues
{
public:
  using Report = std::function<void(const std::string& problem)>;

  struct Policy
  {
    std::size_t LargestAtOnce = std::size_t(1) << 30;              ///< bytes; and what larger ones may take
    std::chrono::milliseconds Patience = std::chrono::seconds(30); ///< before memory is given back
    bool IsOnDemand = true;                                        ///< whether memory is filled by parts and given back
  };

  explicit FlatValues(LazyVolume& volume, const Policy& policy);

  /// Always returns bytes that can be read. Where memory or the model does not allow to decode, no sample has a value
  /// in them, and the reason is reported once. Safe to use from many threads.
  std::byte* Get(const Report& report);

  /// Bytes that the values take.
  std::size_t GetMemorySize() const;

private:
  void Prepare(const Report& report);
  bool IsSmall() const;
  bool Serve(bool isFilled);
  void DecodePart(std::size_t offset, std::span<std::byte> part);
  std::span<const std::byte> ReadRow(std::size_t sample);

  LazyVolume& Volume;
  const Policy Rules;
  const std::vector<std::byte> Missing;
  std::mutex Mutex; ///< of who is first
  std::atomic<bool> IsReady = false;
  Pages Memory;
  SampleReader Reader; ///< of the server's thread
  std::unique_ptr<PageServer> Server;
};

} // namespace neuralvolume
