// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "codec/Mixer.h"
#include "codec/PaddedBrick.h"
#include "codec/Predictor.h"
#include "codec/RangeCoder.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

namespace neuralvolume
{

/// What a symbol's neighbourhood tells of it, as several small numbers, each the context of one estimate.
struct SymbolContext
{
  static constexpr int Estimates = 5;
  static constexpr int EnergyLevels = 16;
  static constexpr int Offsets = 5;
  static constexpr std::array<int, Estimates> Sizes = { 16 * Offsets, 125, 128 * Offsets, 512, 256 * Offsets };

  int Energy = 0; ///< how large the nearest symbols are
  std::array<int, Estimates> At{};
};

/// About as many levels for each doubling.
inline int EnergyLevel(int sum)
{
  constexpr std::array<int, 15> limits = { 1, 2, 3, 4, 6, 8, 11, 15, 20, 28, 40, 60, 100, 200, 500 };
  int level = 0;
  while (level < int(limits.size()) && sum >= limits[level])
  {
    ++level;
  }
  return level;
}

inline int DifferenceLevel(std::int64_t steps)
{
  return steps < 3 ? int(steps) : (steps < 5 ? 3 : (steps < 9 ? 4 : (steps < 17 ? 5 : (steps < 33 ? 6 : 7))));
}

/// Where the nearest lattice point lies, from below to above a prediction.
inline int OffsetLevel(std::int32_t prediction, std::int32_t lattice)
{
  if (lattice == 0)
  {
    return SymbolContext::Offsets / 2;
  }
  const std::int64_t offset = Snap(prediction, lattice) - std::int64_t(prediction) + lattice / 2;
  return int(std::clamp<std::int64_t>(offset * SymbolContext::Offsets / lattice, 0, SymbolContext::Offsets - 1));
}

inline SymbolContext MakeSymbolContext(const CodedSample* sample, const std::array<std::ptrdiff_t, Neighbours>& offsets,
  std::int32_t prediction, std::int32_t lattice)
{
  std::array<CodedSample, Neighbours> near;
  for (int i = 0; i < Neighbours; ++i)
  {
    near[i] = sample[offsets[i]];
  }
  const auto magnitude = [&](int i) { return std::min(std::abs(std::int64_t(near[i].Symbol)), std::int64_t(1) << 16); };
  const auto difference = [&](int i, int j) { return std::abs(std::int64_t(near[i].Value) - near[j].Value); };
  std::int64_t energy = 0;
  std::int64_t farther = 0;
  std::int64_t spread = 0;
  for (int i = 0; i < 9; ++i)
  {
    energy += (i < 3 ? 2 : 1) * magnitude(i);
    spread += std::abs(std::int64_t(near[i].Value) - prediction);
  }
  for (int i = 9; i < Neighbours; ++i)
  {
    farther += magnitude(i);
  }
  const auto sign = [&](int i) { return std::clamp(near[i].Symbol, -2, 2) + 2; };
  const int gradient =
    DifferenceLevel((difference(0, 3) + difference(1, 3) + difference(2, 5) + difference(2, 7)) >> StepBits);
  const int far = EnergyLevel(int(farther));
  SymbolContext context;
  context.Energy = EnergyLevel(int(energy));
  const auto withOffset = [offset = OffsetLevel(prediction, lattice)](int at)
  { return at * SymbolContext::Offsets + offset; };
  context.At = { withOffset(context.Energy), (sign(0) * 5 + sign(1)) * 5 + sign(2), withOffset(far * 8 + gradient),
    gradient * 64 + DifferenceLevel(spread >> StepBits) * 8 + DifferenceLevel(difference(0, 1) >> (StepBits - 1)),
    withOffset(context.Energy * 16 + far) };
  return context;
}

/// Learns the distribution of symbols as it codes them.
class SymbolCoder
{
public:
  SymbolCoder()
    : Mixers(Decisions * SymbolContext::EnergyLevels, Mixer<Inputs>(FirstWeight))
  {
    for (int i = 0; i < SymbolContext::Estimates; ++i)
    {
      this->Bits[i].resize(std::size_t(SymbolContext::Sizes[i]) * Decisions);
    }
  }

  /// Codes a symbol, or reads one where port reads; the symbol given does not matter then.
  template <typename Port>
  std::int32_t Code(Port& port, std::int32_t symbol, const SymbolContext& context)
  {
    if (!this->CodeMixed(port, symbol != 0, 0, context))
    {
      return 0;
    }
    const bool negative = this->CodeMixed(port, symbol < 0, 1, context);
    const std::uint32_t magnitude = this->CodeMagnitude(port, std::uint32_t(std::abs(symbol)), context);
    return std::int32_t(negative ? 0u - magnitude : magnitude);
  }

private:
  static constexpr int Inputs = SymbolContext::Estimates + 1;
  static constexpr std::int32_t FirstWeight = 15000;
  static constexpr int Decisions = 6;
  static constexpr std::uint32_t UnaryLimit = 15;
  static constexpr int PrefixLimit = 24;

  template <typename Port>
  std::uint32_t CodeMagnitude(Port& port, std::uint32_t given, const SymbolContext& context)
  {
    std::uint32_t magnitude = 1;
    while (magnitude < UnaryLimit)
    {
      const bool larger =
        magnitude < Decisions - 1
          ? this->CodeMixed(port, given > magnitude, int(magnitude) + 1, context)
          : CodeAdaptive(port, given > magnitude, this->Larger[std::size_t(context.Energy) * UnaryLimit + magnitude]);
      if (!larger)
      {
        return magnitude;
      }
      ++magnitude;
    }
    return UnaryLimit - 1 + this->CodeRest(port, given - UnaryLimit + 1);
  }

  /// An Exp-Golomb code; given is at least 1.
  template <typename Port>
  std::uint32_t CodeRest(Port& port, std::uint32_t given)
  {
    const int givenBits = std::bit_width(given) - 1;
    int bits = 0;
    while (bits < PrefixLimit && CodeAdaptive(port, bits < givenBits, this->Longer[bits]))
    {
      ++bits;
    }
    std::uint32_t rest = 1;
    for (int i = bits - 1; i >= 0; --i)
    {
      rest = 2 * rest + port.Code((given >> i) & 1, 1u << (ProbabilityBits - 1));
    }
    return rest;
  }

  template <typename Port>
  bool CodeMixed(Port& port, bool given, int decision, const SymbolContext& context)
  {
    std::array<AdaptiveBit*, SymbolContext::Estimates> bits;
    std::array<std::int32_t, Inputs> inputs;
    for (int i = 0; i < SymbolContext::Estimates; ++i)
    {
      bits[i] = &this->Bits[i][std::size_t(context.At[i]) * Decisions + std::size_t(decision)];
      inputs[i] = Stretch(bits[i]->GetProbability());
    }
    inputs[SymbolContext::Estimates] = 64;
    Mixer<Inputs>& mixer = this->Mixers[std::size_t(decision * SymbolContext::EnergyLevels + context.Energy)];
    const std::uint32_t mixed = mixer.Mix(inputs);
    const bool bit = port.Code(given, mixed);
    mixer.Update(inputs, mixed, bit);
    for (AdaptiveBit* estimate : bits)
    {
      estimate->Update(bit);
    }
    return bit;
  }

  template <typename Port>
  static bool CodeAdaptive(Port& port, bool given, AdaptiveBit& model)
  {
    const bool bit = port.Code(given, model.GetProbability());
    model.Update(bit);
    return bit;
  }

  std::array<std::vector<AdaptiveBit>, SymbolContext::Estimates> Bits; ///< [context][decision]
  std::vector<Mixer<Inputs>> Mixers;                                   ///< [decision][energy]
  std::array<AdaptiveBit, UnaryLimit * SymbolContext::EnergyLevels> Larger;
  std::array<AdaptiveBit, PrefixLimit> Longer;
};

} // namespace neuralvolume
