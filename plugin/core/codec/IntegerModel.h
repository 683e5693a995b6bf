// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "codec/RangeCoder.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

namespace neuralvolume
{

/// The distribution of signed integers of one context, learnt as they are coded: zero or not, sign, the magnitude in
/// unary up to a limit, and what is above it as an Exp-Golomb code (Teuhola 1978) whose prefix is learnt, too.
class IntegerModel
{
public:
  void Encode(RangeEncoder& encoder, std::int32_t value)
  {
    encoder.Encode(value != 0, this->NotZero);
    if (value != 0)
    {
      encoder.Encode(value < 0, this->Negative);
      this->EncodeMagnitude(encoder, value < 0 ? 0u - std::uint32_t(value) : std::uint32_t(value));
    }
  }

  /// Ends after at most 100 bits, whatever it reads.
  std::int32_t Decode(RangeDecoder& decoder)
  {
    if (!decoder.Decode(this->NotZero))
    {
      return 0;
    }
    const bool negative = decoder.Decode(this->Negative);
    const std::uint32_t magnitude = this->DecodeMagnitude(decoder);
    return std::int32_t(negative ? 0u - magnitude : magnitude);
  }

private:
  static constexpr std::uint32_t UnaryLimit = 14;
  static constexpr int PrefixLimit = 31;

  void EncodeMagnitude(RangeEncoder& encoder, std::uint32_t magnitude)
  {
    for (std::uint32_t i = 1; i <= UnaryLimit; ++i)
    {
      encoder.Encode(magnitude > i, this->Larger[i - 1]);
      if (magnitude == i)
      {
        return;
      }
    }
    this->EncodeRest(encoder, magnitude - UnaryLimit);
  }

  std::uint32_t DecodeMagnitude(RangeDecoder& decoder)
  {
    for (std::uint32_t i = 1; i <= UnaryLimit; ++i)
    {
      if (!decoder.Decode(this->Larger[i - 1]))
      {
        return i;
      }
    }
    return UnaryLimit + this->DecodeRest(decoder);
  }

  /// rest is at least 1.
  void EncodeRest(RangeEncoder& encoder, std::uint32_t rest)
  {
    const int bits = std::bit_width(rest) - 1;
    for (int i = 0; i < PrefixLimit && i <= bits; ++i)
    {
      encoder.Encode(i < bits, this->Longer[i]);
    }
    const int high = bits - std::min(bits, MaximumPlainBits);
    encoder.EncodePlain((rest >> (bits - high)) & ((1u << high) - 1), high);
    encoder.EncodePlain(rest & ((1u << (bits - high)) - 1), bits - high);
  }

  std::uint32_t DecodeRest(RangeDecoder& decoder)
  {
    int bits = 0;
    while (bits < PrefixLimit && decoder.Decode(this->Longer[bits]))
    {
      ++bits;
    }
    const int high = bits - std::min(bits, MaximumPlainBits);
    const std::uint32_t top = (1u << high) | decoder.DecodePlain(high);
    return top << (bits - high) | decoder.DecodePlain(bits - high);
  }

  AdaptiveBit NotZero;
  AdaptiveBit Negative;
  std::array<AdaptiveBit, UnaryLimit> Larger;
  std::array<AdaptiveBit, PrefixLimit> Longer;
};

} // namespace neuralvolume
