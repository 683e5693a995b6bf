// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "codec/ParameterCodec.h"

#include "codec/GridCodec.h"

#include <tbb/parallel_for.h>

#include <bit>
#include <cstring>
#include <stdexcept>
#include <string>

static_assert(std::endian::native == std::endian::little, "lengths are little-endian, copied as they lie in memory");

namespace neuralvolume
{
namespace
{

using Length = std::uint32_t;

[[noreturn]] void Fail(const std::string& problem)
{
  throw std::runtime_error("the coded parameters " + problem);
}

/// Turns halves into multiples of a step and codes them.
class Writer
{
public:
  void Code(IntegerModel& model, Half& parameter, float step, int& multiple)
  {
    multiple = MultipleOf(ToFloat(parameter), step);
    if (ToHalf(step * float(multiple)).Bits != parameter.Bits)
    {
      throw std::invalid_argument("a parameter is no multiple of its quantisation step; round the parameters first");
    }
    model.Encode(this->Encoder, multiple);
  }

  RangeEncoder Encoder;
};

/// The inverse of Writer.
class Reader
{
public:
  explicit Reader(std::span<const std::byte> bytes)
    : Decoder(bytes)
  {
  }

  void Code(IntegerModel& model, Half& parameter, float step, int& multiple)
  {
    multiple = model.Decode(this->Decoder);
    if (multiple < -MaximumMultiple || multiple > MaximumMultiple || this->Decoder.IsExhausted())
    {
      Fail("are damaged");
    }
    parameter = ToHalf(step * float(multiple));
  }

  void Finish() const
  {
    if (!this->Decoder.IsAtEnd())
    {
      Fail("are damaged: bytes are left over");
    }
  }

private:
  RangeDecoder Decoder;
};

/// Takes the matrices' used parts through a coder, row by row.
template <typename Coder>
void CodeMatrices(const Layout& layout, const Quantisation& quantisation, std::span<Half> parameters, Coder& coder)
{
  for (int m = 0; m < layout.MatrixCount; ++m)
  {
    const MlpMatrix& matrix = layout.Matrices[m];
    const UsedPart used = UsedPartOf(layout, m);
    const float step = StepOf(quantisation.Matrices[m]);
    IntegerModel model;
    for (int row = 0; row < used.Rows; ++row)
    {
      for (int column = 0; column < used.Columns; ++column)
      {
        int multiple = 0;
        coder.Code(model, parameters[matrix.Offset + std::size_t(row) * matrix.Columns + column], step, multiple);
      }
    }
  }
}

/// Takes a level's table through a coder, entry by entry.
template <typename Coder>
void CodeLevel(
  const Layout& layout, const Quantisation& quantisation, int index, std::span<Half> parameters, Coder& coder)
{
  const GridLevel& level = layout.Levels[index];
  const auto features = std::size_t(layout.Config.FeaturesPerLevel);
  const float step = StepOf(quantisation.Levels[index]);
  Half* parameter = parameters.data() + layout.GridOffset + level.Offset * features;
  LevelContexts contexts(level, int(features));
  for (std::size_t entry = 0; entry < level.Entries; ++entry)
  {
    for (std::size_t feature = 0; feature < features; ++feature, ++parameter)
    {
      int multiple = 0;
      coder.Code(contexts.Next(entry, feature), *parameter, step, multiple);
      contexts.Keep(entry, feature, multiple);
    }
  }
}

/// Where the parts of coded parameters lie.
struct Streams
{
  neuralvolume::Quantisation Quantisation;
  std::vector<std::span<const std::byte>> Parts; ///< of the MLP, then of each level
  std::size_t TableBytes = 0;                    ///< all before the first part
};

std::vector<StepCode> ReadSteps(std::span<const std::byte> bytes)
{
  std::vector<StepCode> codes(bytes.size());
  std::memcpy(codes.data(), bytes.data(), bytes.size());
  return codes;
}

void RequireValid(const Quantisation& quantisation, const Layout& layout)
{
  try
  {
    Validate(quantisation, layout);
  }
  catch (const std::invalid_argument& error)
  {
    throw std::runtime_error(error.what());
  }
}

/// What a stream can hold: a decision costs at least 1 / 2^15 of a byte, and a decoder adds a few bytes by itself.
void RequireRoom(std::size_t parameters, std::size_t bytes)
{
  constexpr std::size_t parametersPerByte = 1 << 15;
  constexpr std::size_t bytesLeftOut = 4;
  if (parameters / parametersPerByte > bytes + bytesLeftOut)
  {
    Fail("cannot be " + std::to_string(parameters) + " in " + std::to_string(bytes) + " bytes");
  }
}

Streams FindStreams(const Layout& layout, std::span<const std::byte> bytes)
{
  const auto matrices = std::size_t(layout.MatrixCount), levels = std::size_t(layout.Config.Levels);
  Streams streams;
  streams.TableBytes = matrices + levels + (1 + levels) * sizeof(Length);
  if (bytes.size() < streams.TableBytes)
  {
    Fail("are cut short");
  }
  streams.Quantisation = { ReadSteps(bytes.first(matrices)), ReadSteps(bytes.subspan(matrices, levels)) };
  RequireValid(streams.Quantisation, layout);
  std::span<const std::byte> rest = bytes.subspan(streams.TableBytes);
  for (std::size_t part = 0; part < 1 + levels; ++part)
  {
    Length length;
    std::memcpy(&length, bytes.data() + matrices + levels + part * sizeof(Length), sizeof(Length));
    if (length > rest.size())
    {
      Fail("are cut short");
    }
    RequireRoom(
      part == 0 ? layout.GridOffset : std::size_t(layout.Levels[part - 1].Entries) * layout.Config.FeaturesPerLevel,
      length);
    streams.Parts.push_back(rest.first(length));
    rest = rest.subspan(length);
  }
  if (!rest.empty())
  {
    Fail("are followed by others");
  }
  return streams;
}

void Append(std::vector<std::byte>& bytes, const void* data, std::size_t size)
{
  const auto* const begin = static_cast<const std::byte*>(data);
  bytes.insert(bytes.end(), begin, begin + size);
}

} // namespace

std::vector<std::byte> EncodeParameters(
  const Layout& layout, const Quantisation& quantisation, std::span<const Half> parameters)
{
  Validate(quantisation, layout);
  if (quantisation.IsNone())
  {
    throw std::invalid_argument("parameters without quantisation steps cannot be coded");
  }
  std::vector<Half> copies(parameters.begin(), parameters.end());
  std::vector<std::vector<std::byte>> parts(1 + std::size_t(layout.Config.Levels));
  tbb::parallel_for(std::size_t(0), parts.size(),
    [&](std::size_t part)
    {
      Writer writer;
      part == 0 ? CodeMatrices(layout, quantisation, copies, writer)
                : CodeLevel(layout, quantisation, int(part) - 1, copies, writer);
      parts[part] = writer.Encoder.Finish();
    });
  std::vector<std::byte> bytes;
  Append(bytes, quantisation.Matrices.data(), quantisation.Matrices.size());
  Append(bytes, quantisation.Levels.data(), quantisation.Levels.size());
  for (const auto& part : parts)
  {
    const auto length = Length(part.size());
    Append(bytes, &length, sizeof length);
  }
  for (const auto& part : parts)
  {
    Append(bytes, part.data(), part.size());
  }
  return bytes;
}

DecodedParameters DecodeParameters(const Layout& layout, std::span<const std::byte> bytes)
{
  const Streams streams = FindStreams(layout, bytes);
  DecodedParameters decoded = { streams.Quantisation, std::vector<Half>(layout.Parameters) };
  tbb::parallel_for(std::size_t(0), streams.Parts.size(),
    [&](std::size_t part)
    {
      Reader reader(streams.Parts[part]);
      part == 0 ? CodeMatrices(layout, streams.Quantisation, decoded.Parameters, reader)
                : CodeLevel(layout, streams.Quantisation, int(part) - 1, decoded.Parameters, reader);
      reader.Finish();
    });
  return decoded;
}

std::vector<std::uint64_t> SizesOfParameters(const Layout& layout, std::span<const std::byte> bytes)
{
  const Streams streams = FindStreams(layout, bytes);
  std::vector<std::uint64_t> sizes;
  sizes.reserve(streams.Parts.size());
  for (const auto& part : streams.Parts)
  {
    sizes.push_back(part.size());
  }
  sizes[0] += streams.TableBytes;
  return sizes;
}

} // namespace neuralvolume
