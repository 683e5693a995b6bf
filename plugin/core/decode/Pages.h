// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>

namespace neuralvolume
{

/// Addresses that take memory only where they are written.
class Pages
{
public:
  Pages() = default;

  /// All zero. Throws std::bad_alloc where there are not so many addresses.
  explicit Pages(std::size_t bytes);

  /// All the same pattern, over and over.
  Pages(std::size_t bytes, std::span<const std::byte> pattern);

  Pages(Pages&& other) noexcept;
  Pages& operator=(Pages&& other) noexcept;
  ~Pages();

  std::span<std::byte> GetBytes() const { return this->Bytes; }

private:
  std::span<std::byte> Bytes;
};

} // namespace neuralvolume
