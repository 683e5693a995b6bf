// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Forgery.h"
#include "Models.h"

#include "decode/Decode.h"
#include "decode/MakeResidual.h"
#include "decode/Quality.h"
#include "model/Bytes.h"
#include "model/Parts.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <stdexcept>
#include <type_traits>

using namespace neuralvolume;
using namespace neuralvolume::models;

namespace
{

constexpr std::array<int, 3> Dimensions = { 37, 33, 5 };

/// What another machine might give: the same values but for the last bits.
class Perturbed : public Evaluator
{
public:
  explicit Perturbed(const Evaluator& exact)
    : Exact(exact)
  {
  }

  int GetOutputs() const override { return this->Exact.GetOutputs(); }

  void Evaluate(const Positions& positions, std::size_t count, float* outputs) const override
  {
    this->Exact.Evaluate(positions, count, outputs);
    for (std::size_t i = 0; i < count * std::size_t(this->GetOutputs()); ++i)
    {
      outputs[i] += i % 2 ? 2e-6f : -2e-6f;
    }
  }

private:
  const Evaluator& Exact;
};

/// A model, an original that is its network's values with noise, and the way from one to the other.
template <typename Value>
struct Subject
{
  neuralvolume::Model Model;
  std::unique_ptr<const neuralvolume::Evaluator> Evaluator;
  std::vector<Value> Original;

  Subject(const ValueRange& range, double noise, int components = 1, bool holes = false)
  {
    NetworkConfig config = TinyNetwork();
    config.Outputs = components;
    ScalarType type = ScalarType::Float64;
    for (int i = 0; i <= int(ScalarType::Float64); ++i)
    {
      Dispatch(ScalarType(i), [&](auto zero) { type = std::is_same_v<decltype(zero), Value> ? ScalarType(i) : type; });
    }
    this->Model = MakeModel(config, Dimensions, 3, {}, type, range);
    this->Evaluator = MakeEvaluator(config, this->Model.Parameters);
    this->Original = this->Decode();
    for (std::size_t i = 0; i < this->Original.size(); ++i)
    {
      const double noisy = double(this->Original[i]) + noise * (range.Maximum - range.Minimum) * RandomSigned(4, i);
      this->Original[i] = Value(std::clamp(noisy, range.Minimum, range.Maximum));
    }
    for (std::size_t sample = 0; holes && sample < this->Model.GetSamples(); sample += 5)
    {
      MarkInvalid(this->Model, sample);
    }
  }

  VolumeView View() const
  {
    return { this->Original.data(), this->Model.Array.Type, Dimensions, this->Model.Array.GetComponents() };
  }

  void Bound(double bound)
  {
    this->Model.Residual.reset();
    this->Model.Residual = MakeResidual(this->Model, *this->Evaluator, this->View(), bound);
  }

  std::vector<Value> Decode(const Region& region, const neuralvolume::Evaluator& evaluator) const
  {
    std::vector<Value> values(region.GetSamples() * this->Model.Array.Ranges.size());
    neuralvolume::Decode(this->Model, evaluator, region, std::as_writable_bytes(std::span(values)));
    return values;
  }

  std::vector<Value> Decode() const { return this->Decode(WholeVolume(this->Model), *this->Evaluator); }

  /// The largest error, as integers and floats have it, by an evaluator.
  double MaximumError(const neuralvolume::Evaluator& evaluator) const
  {
    const std::vector<Value> decoded = this->Decode(WholeVolume(this->Model), evaluator);
    double largest = 0.0;
    for (std::size_t i = 0; i < decoded.size(); ++i)
    {
      if (!this->Model.IsInvalid(i / this->Model.Array.Ranges.size()))
      {
        const auto [low, high] = std::minmax(decoded[i], this->Original[i]);
        largest = std::max(largest, double(high - low));
      }
    }
    return largest;
  }
};

template <typename Value>
void CheckBounds(const ValueRange& range, std::initializer_list<double> bounds)
{
  for (const bool vectorWithHoles : { false, true })
  {
    for (const double noise : { 0.001, 0.1 })
    {
      Subject<Value> subject(range, noise, vectorWithHoles ? 3 : 1, vectorWithHoles);
      const Perturbed elsewhere(*subject.Evaluator);
      for (const double bound : bounds)
      {
        subject.Bound(bound);
        CHECK(subject.MaximumError(*subject.Evaluator) <= bound);
        CHECK(subject.MaximumError(elsewhere) <= bound);
      }
    }
  }
}

} // namespace

TEST_CASE_TEMPLATE("residual: every decoded integer is within the bound, on machines that round differently, too",
  Value, std::int8_t, std::uint8_t, std::int16_t, std::uint16_t)
{
  using Limits = std::numeric_limits<Value>;
  CheckBounds<Value>({ double(Limits::min()), double(Limits::max()) }, { 0.0, 1.0, 2.9, 0.01 * Limits::max() });
}

TEST_CASE_TEMPLATE("residual: every decoded wide integer is within the bound", Value, std::int32_t, std::uint32_t,
  std::int64_t, std::uint64_t)
{
  const double origin = std::is_signed_v<Value> ? -1e9 : 1e9;
  CheckBounds<Value>({ origin, origin + 3000.0 }, { 0.0, 1.0, 30.0 });
  CheckBounds<Value>({ 0.0, 2e9 }, { 2e5, 2e7 });
}

TEST_CASE_TEMPLATE("residual: every decoded number is within the bound", Value, float, double)
{
  CheckBounds<Value>({ -0.25, 1.0 }, { 1.25e-5, 1e-3, 0.3 });
  CheckBounds<Value>({ 1000.0, 1001.0 }, { 1e-3, 1e-2 });
}

TEST_CASE("residual: samples without a value decode as before")
{
  Subject<float> subject({ 0.0, 1.0 }, 0.1, 1, true);
  subject.Bound(1e-3);
  const std::vector<float> decoded = subject.Decode();
  for (std::size_t i = 0; i < decoded.size(); ++i)
  {
    CHECK(std::isnan(decoded[i]) == (i % 5 == 0));
  }
}

TEST_CASE("residual: any region and stride decodes as the whole does")
{
  Subject<float> subject({ 0.0, 1.0 }, 0.1, 2, true);
  subject.Bound(0.01);
  const std::vector<float> whole = subject.Decode();
  for (const Region& region : { Region{ { 0, 0, 0 }, { 37, 33, 5 }, 1 }, { { 30, 31, 2 }, { 5, 2, 3 }, 1 },
         { { 31, 0, 0 }, { 2, 33, 1 }, 1 }, { { 1, 2, 0 }, { 4, 3, 1 }, 9 }, { { 0, 0, 4 }, { 1, 1, 1 }, 40 } })
  {
    const std::vector<float> part = subject.Decode(region, *subject.Evaluator);
    std::size_t i = 0;
    for (int z = 0; z < region.Count[2]; ++z)
    {
      for (int y = 0; y < region.Count[1]; ++y)
      {
        for (int x = 0; x < region.Count[0]; ++x)
        {
          const int sample = ((region.First[2] + z * region.Stride) * 33 + region.First[1] + y * region.Stride) * 37 +
                             region.First[0] + x * region.Stride;
          for (int c = 0; c < 2; ++c)
          {
            const float expected = whole[std::size_t(2 * sample + c)];
            CHECK((part[i] == expected || (std::isnan(part[i]) && std::isnan(expected))));
            ++i;
          }
        }
      }
    }
  }
}

TEST_CASE("residual: what a model is compared by has it")
{
  Subject<std::uint8_t> subject({ 0.0, 255.0 }, 0.1);
  subject.Bound(0.0);
  const Quality quality = Compare(subject.Model, *subject.Evaluator, subject.View());
  CHECK(quality.MaximumError == 0.0);
  CHECK(std::isinf(quality.Psnr));
}

TEST_CASE("residual: the estimate from all bricks is what it takes, and a network that fits takes hardly any")
{
  Subject<float> noisy({ 0.0, 1.0 }, 0.1);
  noisy.Bound(0.01);
  const double bytes = double(noisy.Model.Residual->Bytes.size());
  noisy.Model.Residual.reset();
  CHECK(EstimateResidualBytes(noisy.Model, *noisy.Evaluator, noisy.View(), 0.01, 100) == doctest::Approx(bytes));
  Subject<float> fitted({ 0.0, 1.0 }, 0.001);
  fitted.Bound(0.01);
  CHECK(fitted.Model.Residual->Bytes.empty());
}

TEST_CASE_TEMPLATE("residual: it completes the network to within half a step", Value, std::uint8_t, std::int32_t, float)
{
  Subject<Value> subject({ 10.0, 110.0 }, 0.1, 2);
  const Perturbed elsewhere(*subject.Evaluator);
  for (const double halfStep : { 0.5, 1.0, 1.7, 6.2 })
  {
    subject.Model.Residual.reset();
    subject.Model.Residual = CompleteNetwork(subject.Model, *subject.Evaluator, subject.View(), halfStep);
    const Residual& residual = *subject.Model.Residual;
    CHECK(residual.Constants.empty());
    CHECK(residual.Bound == (std::is_integral_v<Value> ? std::ceil(halfStep - 0.5) : halfStep));
    CHECK(subject.MaximumError(*subject.Evaluator) <= residual.Bound);
    CHECK(subject.MaximumError(elsewhere) <= residual.Bound);
  }
  CHECK_THROWS_AS(CompleteNetwork(subject.Model, *subject.Evaluator, subject.View(), 1e-9), std::invalid_argument);
}

TEST_CASE("residual: a bound that is none or cannot be kept is refused")
{
  const Subject<float> subject({ 0.0, 1.0 }, 0.1);
  for (const double bound : { -1.0, std::nan(""), HUGE_VAL, 0.0, 1e-8 })
  {
    CHECK_THROWS_AS(MakeResidual(subject.Model, *subject.Evaluator, subject.View(), bound), std::invalid_argument);
  }
  VolumeView other = subject.View();
  other.Dimensions[0] = 36;
  CHECK_THROWS_AS(MakeResidual(subject.Model, *subject.Evaluator, other, 0.1), std::invalid_argument);
}

TEST_CASE("residual: it is part of the byte string")
{
  Subject<std::int16_t> subject({ -1000.0, 3000.0 }, 0.1, 2, true);
  for (const double bound : { 0.0, 10.0 })
  {
    subject.Bound(bound);
    AddMacroCells(subject.Model);
    const std::vector<std::byte> bytes = Serialize(subject.Model);
    CHECK(Deserialize(bytes).Residual == subject.Model.Residual);
    const std::vector<Part> parts = PartsOf(bytes);
    const auto part = std::ranges::find(parts, "residual", &Part::Name);
    CHECK(part->Bytes == PackResidual(*subject.Model.Residual).size());
    Model network = Deserialize(bytes);
    network.Residual.reset();
    CHECK(WithoutResidual(bytes) == Serialize(network));
    CHECK(WithoutResidual(Serialize(network)) == Serialize(network));
  }
}

TEST_CASE("residual: bytes altered on purpose are refused or decode to something")
{
  Subject<std::uint8_t> subject({ 0.0, 255.0 }, 0.1);
  subject.Bound(3.0);
  AddMacroCells(subject.Model);
  const std::vector<std::byte> bytes = Serialize(subject.Model);
  const forgery::Parts parts(bytes);
  const std::size_t first = parts.Sections.size() - PackResidual(*subject.Model.Residual).size();
  for (std::size_t i = first; i < parts.Sections.size(); i += i < first + 80 ? 1 : 97)
  {
    forgery::Parts damaged = parts;
    damaged.Sections[i] = char(damaged.Sections[i] ^ (1 << (i % 8)));
    try
    {
      subject.Model = Deserialize(damaged.Join(bytes));
      subject.Decode();
    }
    catch (const std::runtime_error&)
    {
    }
  }
}

TEST_CASE("residual: a section or a header that is not what it must be is refused")
{
  Subject<std::uint8_t> subject({ 0.0, 255.0 }, 0.1);
  subject.Bound(3.0);
  AddMacroCells(subject.Model);
  const std::vector<std::byte> bytes = Serialize(subject.Model);
  const std::vector<std::byte> section = PackResidual(*subject.Model.Residual);
  Residual residual = *subject.Model.Residual;
  for (std::size_t length = 0; length < section.size(); length += 1 + length / 8)
  {
    CHECK_THROWS_AS(UnpackResidual(std::span(section).first(length), 4, 1, residual), std::runtime_error);
  }
  CHECK_THROWS_AS(UnpackResidual(section, std::size_t(1) << 40, 1, residual), std::runtime_error);
  CHECK_THROWS_AS(UnpackResidual(std::vector(100, std::byte{ 0xff }), 4, 1, residual), std::runtime_error);
  const auto edited = [&](auto edit) { return forgery::WithEditedHeader(bytes, edit); };
  CHECK_THROWS(Deserialize(edited([](forgery::Json& header) { header["residual"]["unit"] = 0.0; })));
  CHECK_THROWS(Deserialize(edited([](forgery::Json& header) { header["residual"]["bound"] = -1.0; })));
  CHECK_THROWS(Deserialize(edited([](forgery::Json& header) { header["residual"]["constants"] = { 1.0, 2.0 }; })));
  CHECK_THROWS(Deserialize(edited([](forgery::Json& header) { header.erase("residual"); })));
  CHECK_THROWS(Deserialize(edited([](forgery::Json& header) { header["sections"].erase(2); })));
}
