// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <span>
#include <thread>
#include <vector>

namespace neuralvolume
{

/// Fills pages of memory when they are touched and takes them back when nobody has asked for them for a while; who
/// reads later finds them filled again. A thread of its own answers Linux's userfaultfd.
class PageServer
{
public:
  /// Fills bytes that lie at an offset from the first page's; called on the server's thread.
  using Filler = std::function<void(std::size_t offset, std::span<std::byte> bytes)>;

  struct Policy
  {
    bool IsFilled = false;              ///< all of the memory, as it is
    std::size_t Limit = 0;              ///< bytes; where more were filled, all are taken back
    std::chrono::milliseconds Patience; ///< how long nobody must have asked or waited before pages are taken back
  };

  /// Takes over memory that begins with a page. Throws std::system_error where the system does not allow it.
  PageServer(std::span<std::byte> memory, const Policy& policy, Filler filler);
  PageServer(const PageServer&) = delete;
  PageServer& operator=(const PageServer&) = delete;
  ~PageServer();

  /// Says that somebody is about to read: nothing is taken back for a while.
  void Ask() { this->LastAsked = Clock::now(); }

  /// Fills what is not, so that the kernel can read it, too: write(2) fails where it would have to wait for a page.
  void FillAll() const;

  /// Bytes that are filled.
  std::size_t GetFilled() const { return this->Filled; }

private:
  /// A file descriptor that it closes.
  class Descriptor
  {
  public:
    explicit Descriptor(int number); ///< Throws where it is negative.
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor();

    const int Number;
  };

  using Clock = std::chrono::steady_clock;

  void Register();
  void Serve();
  void AnswerFaults();
  void FillPart(std::size_t part);
  void TakeBack();

  const std::span<std::byte> Memory;
  const Filler Fill;
  const Policy Rules;
  const Descriptor Faults;
  const Descriptor Stop;
  std::atomic<std::size_t> Filled;
  std::atomic<Clock::time_point> LastAsked;
  std::vector<bool> IsFilled; ///< part by part; this and the next are for the server's thread alone
  std::vector<std::byte> Buffer;
  std::thread Server;
};

} // namespace neuralvolume
