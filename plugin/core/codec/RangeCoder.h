// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

/// A binary range coder (Martin 1979) with adaptive probabilities, in integer arithmetic alone: every machine reads
/// what any machine has written.
namespace neuralvolume
{

/// Probabilities are in 1/65536.
inline constexpr int ProbabilityBits = 16;

/// How likely a one is, learnt from the bits seen so far: the mean of a fast and a slow estimate, both of which start
/// as plain averages.
class AdaptiveBit
{
public:
  /// Starts at a probability as if that had been learnt from so many bits.
  explicit AdaptiveBit(std::uint16_t probability = 1u << (ProbabilityBits - 1), std::uint8_t confidence = 0)
    : Fast(std::uint32_t(probability) << 16)
    , Slow(Fast)
    , Seen(confidence)
  {
  }

  /// Of a one, far enough from 0 and 1 for a range of 24 bits.
  std::uint32_t GetProbability() const
  {
    const auto mean = std::uint32_t((std::uint64_t(this->Fast) + this->Slow) >> (1 + 32 - ProbabilityBits));
    return std::clamp<std::uint32_t>(mean, Margin, (1u << ProbabilityBits) - Margin);
  }

  void Update(bool bit)
  {
    const std::int64_t target = bit ? 0xffffffff : 0;
    this->Fast += std::uint32_t((target - this->Fast) * Rates[std::min(this->Seen, FastLimit)] >> 16);
    this->Slow += std::uint32_t((target - this->Slow) * Rates[this->Seen] >> 16);
    this->Seen = this->Seen < SlowLimit ? std::uint8_t(this->Seen + 1) : SlowLimit;
  }

private:
  static constexpr std::uint32_t Margin = 16;
  static constexpr std::uint8_t FastLimit = 30;
  static constexpr std::uint8_t SlowLimit = 255;

  /// 1 / (n + 1.5), n being the bits seen, in 1/65536.
  static constexpr std::array<std::int64_t, SlowLimit + 1> Rates = []
  {
    std::array<std::int64_t, SlowLimit + 1> rates{};
    for (int n = 0; n <= SlowLimit; ++n)
    {
      rates[n] = (1 << 17) / (2 * n + 3);
    }
    return rates;
  }();

  std::uint32_t Fast; ///< of 2^32
  std::uint32_t Slow;
  std::uint8_t Seen;
};

/// The range is kept above this; a byte leaves or enters where it falls below.
inline constexpr std::uint32_t SmallestRange = 1u << 24;

/// The most bits without a model that are coded at a time.
inline constexpr int MaximumPlainBits = 16;

class RangeEncoder
{
public:
  void Encode(bool bit, AdaptiveBit& model)
  {
    this->Encode(bit, model.GetProbability());
    model.Update(bit);
  }

  /// The probability of a one, from 1 to 65535.
  void Encode(bool bit, std::uint32_t probability)
  {
    const auto bound = std::uint32_t(std::uint64_t(this->Range) * probability >> ProbabilityBits);
    if (!bit)
    {
      this->Advance(bound);
    }
    this->Range = bit ? bound : this->Range - bound;
    this->Normalise();
  }

  /// The low bits of a value, each as likely as not; count is at most MaximumPlainBits.
  void EncodePlain(std::uint32_t value, int count)
  {
    this->Range >>= count;
    this->Advance(value * this->Range);
    this->Normalise();
  }

  /// The bytes of all that was encoded. Zeros that a decoder adds at the end by itself are left out.
  std::vector<std::byte> Finish()
  {
    // Of the numbers in the range, take one that ends in as many zero bytes as can be.
    for (int kept = 0; kept <= 4; ++kept)
    {
      const std::uint64_t mask = 0xffffffffull >> (8 * kept);
      const std::uint64_t number = (this->Low + mask) & ~mask;
      if (number - this->Low < this->Range)
      {
        this->Advance(std::uint32_t(number - this->Low));
        for (int i = 0; i < kept; ++i)
        {
          this->PushByte();
        }
        break;
      }
    }
    return std::move(this->Bytes);
  }

private:
  void Advance(std::uint32_t distance)
  {
    this->Low += distance;
    if (this->Low < distance)
    {
      auto last = this->Bytes.rbegin();
      for (; *last == std::byte{ 0xff }; ++last)
      {
        *last = std::byte{ 0 };
      }
      *last = std::byte(std::to_integer<unsigned>(*last) + 1);
    }
  }

  void Normalise()
  {
    while (this->Range < SmallestRange)
    {
      this->PushByte();
      this->Range <<= 8;
    }
  }

  void PushByte()
  {
    this->Bytes.push_back(std::byte(this->Low >> 24));
    this->Low <<= 8;
  }

  std::vector<std::byte> Bytes;
  std::uint32_t Low = 0;
  std::uint32_t Range = 0xffffffff;
};

/// Reads zeros behind the last byte. The bytes must outlive it.
class RangeDecoder
{
public:
  explicit RangeDecoder(std::span<const std::byte> bytes)
    : Bytes(bytes)
  {
    for (int i = 0; i < CodeBytes; ++i)
    {
      this->PullByte();
    }
  }

  bool Decode(AdaptiveBit& model)
  {
    const bool bit = this->Decode(model.GetProbability());
    model.Update(bit);
    return bit;
  }

  /// The probability of a one, from 1 to 65535.
  bool Decode(std::uint32_t probability)
  {
    const auto bound = std::uint32_t(std::uint64_t(this->Range) * probability >> ProbabilityBits);
    const bool bit = this->Code < bound;
    this->Code -= bit ? 0 : bound;
    this->Range = bit ? bound : this->Range - bound;
    this->Normalise();
    return bit;
  }

  std::uint32_t DecodePlain(int count)
  {
    this->Range >>= count;
    // Damaged bytes can start beyond the range.
    const std::uint32_t value = std::min(this->Code / this->Range, (1u << count) - 1);
    this->Code -= value * this->Range;
    this->Normalise();
    return value;
  }

  /// True once more was read than any encoder has left out: the bytes are damaged or cut off.
  bool IsExhausted() const { return this->Position > this->Bytes.size() + CodeBytes; }

  /// True where all bytes were read and no more than an encoder leaves out.
  bool IsAtEnd() const { return this->Position >= this->Bytes.size() && !this->IsExhausted(); }

private:
  static constexpr int CodeBytes = 4;

  void Normalise()
  {
    while (this->Range < SmallestRange)
    {
      this->PullByte();
      this->Range <<= 8;
    }
  }

  void PullByte()
  {
    const auto next =
      this->Position < this->Bytes.size() ? std::to_integer<std::uint32_t>(this->Bytes[this->Position]) : 0;
    this->Code = this->Code << 8 | next;
    ++this->Position;
  }

  std::span<const std::byte> Bytes;
  std::size_t Position = 0;
  std::uint32_t Code = 0;
  std::uint32_t Range = 0xffffffff;
};

} // namespace neuralvolume
