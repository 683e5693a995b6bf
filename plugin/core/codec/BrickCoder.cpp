// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "codec/BrickCoder.h"

#include "codec/Correction.h"
#include "codec/Mixer.h"
#include "codec/RangeCoder.h"
#include "codec/SymbolCoder.h"

#include <stdexcept>
#include <utility>

namespace neuralvolume
{
namespace
{

/// Codes bits into bytes.
struct Writer
{
  RangeEncoder Coder;

  bool Code(bool bit, std::uint32_t probability)
  {
    this->Coder.Encode(bit, probability);
    return bit;
  }
};

/// Reads the bits that a Writer was given; what it is given itself does not matter.
struct Reader
{
  RangeDecoder Coder;

  bool Code(bool, std::uint32_t probability) { return this->Coder.Decode(probability); }
};

/// All values that are to be coded lie within half a step of 0.
bool IsNearZero(const BrickValues& brick)
{
  for (std::size_t i = 0; i < brick.Values.size(); ++i)
  {
    if (!brick.Shape.IsInvalid(i % brick.Shape.GetSamples()) && QuantiseStep(brick.Values[i], 0) != 0)
    {
      return false;
    }
  }
  return true;
}

/// Writes the symbols of one component, or reads them, and turns values into decoded ones; those given matter to a
/// Writer only.
template <typename Port>
void CodeComponent(Port& port, SymbolCoder& coder, const BrickScheme& scheme, std::size_t component, BrickValues& brick)
{
  const BrickShape& shape = brick.Shape;
  std::int32_t* values = brick.Values.data() + component * shape.GetSamples();
  PaddedBrick padded(shape.Size);
  const Predictor predictor(scheme.Weights[component], padded.GetOffsets());
  Correction correction(padded.GetOffsets());
  padded.Visit(
    [&](std::size_t index, CodedSample* sample)
    {
      const std::int32_t prediction = correction.Correct(sample, predictor.Predict(sample));
      std::int32_t symbol = 0;
      if (!shape.IsInvalid(index))
      {
        const SymbolContext context = MakeSymbolContext(sample, padded.GetOffsets(), prediction, scheme.Lattice);
        symbol = coder.Code(port, QuantiseStep(values[index], prediction), context);
        correction.Update(symbol);
      }
      *sample = { scheme.Dequantise(symbol, prediction), symbol };
      values[index] = sample->Value;
    });
}

template <typename Port>
void CodeComponents(Port& port, const BrickScheme& scheme, BrickValues& brick)
{
  SymbolCoder coder;
  for (std::size_t component = 0; component < scheme.Weights.size(); ++component)
  {
    CodeComponent(port, coder, scheme, component, brick);
  }
}

} // namespace

std::vector<std::byte> EncodeBrick(const BrickValues& brick, const BrickScheme& scheme)
{
  if (IsNearZero(brick))
  {
    return {};
  }
  BrickValues decoded = brick;
  Writer writer;
  CodeComponents(writer, scheme, decoded);
  return writer.Coder.Finish();
}

BrickValues DecodeBrick(BrickShape shape, std::span<const std::byte> bytes, const BrickScheme& scheme)
{
  BrickValues brick{ std::move(shape), {} };
  brick.Values.resize(scheme.Weights.size() * brick.Shape.GetSamples());
  if (!bytes.empty())
  {
    Reader reader{ RangeDecoder(bytes) };
    CodeComponents(reader, scheme, brick);
    if (reader.Coder.IsExhausted())
    {
      throw std::runtime_error("a brick of the residual is damaged: its bytes end too early");
    }
  }
  return brick;
}

} // namespace neuralvolume
