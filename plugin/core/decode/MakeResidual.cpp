// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "decode/MakeResidual.h"

#include "codec/BrickCoder.h"
#include "decode/Decode.h"
#include "decode/Quality.h"
#include "decode/ResidualBricks.h"
#include "network/Random.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>

namespace neuralvolume
{
namespace
{

/// How far evaluation on one machine may be from that on another, of the component's range.
constexpr double EvaluationTolerance = 2.5e-6;

constexpr std::size_t FittedBricks = 48; ///< as many tell the predictor's weights
constexpr int ComparedBricks = 24;       ///< as many tell what to code the residual of

std::string ToText(double number)
{
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", number);
  return text;
}

/// What a residual is taken of: the network or, where Constants has values, those.
struct Base
{
  std::vector<double> Constants;
};

/// How far a decoded value may be from what the encoder took it for.
double RoundingOf(const ArrayInfo& array, const Base& base)
{
  // Of the sums in double precision that decode and compare, and of the type itself.
  const double epsilon = 8.0 * std::numeric_limits<double>::epsilon() +
                         (array.Type == ScalarType::Float32 ? std::numeric_limits<float>::epsilon() : 0.0);
  double rounding = 0.0;
  for (const auto& [low, high] : array.Ranges)
  {
    const double evaluation = base.Constants.empty() ? EvaluationTolerance * (high - low) : 0.0;
    rounding = std::max(rounding, evaluation + epsilon * std::max(std::abs(low), std::abs(high)));
  }
  return rounding;
}

/// What the integers of bricks stand for.
struct Quantisation
{
  double Unit = 0.0; ///< 0 where the bound cannot be kept
  std::int32_t Lattice = 0;
};

/// Chosen so that on every machine values come to within a half step, and integers that are to be exact do.
Quantisation QuantisationFor(const ArrayInfo& array, double halfStep, const Base& base)
{
  const bool exact = IsInteger(array.Type) && halfStep <= 0.5;
  const double rounding = RoundingOf(array, base);
  Quantisation quantisation;
  if (exact && !base.Constants.empty())
  {
    quantisation = { 1.0 / BrickScheme::WholeStep, BrickScheme::WholeStep };
  }
  else
  {
    // Half a step and the rounding to units.
    quantisation.Unit = (halfStep - rounding) / ((1 << (StepBits - 1)) + 0.5);
  }
  const bool fits = std::ranges::all_of(array.Ranges,
    [&](const ValueRange& range) { return range.Maximum - range.Minimum < quantisation.Unit * (LargestValue / 4); });
  return halfStep >= 2.0 * rounding && quantisation.Unit > 0.0 && fits ? quantisation : Quantisation{};
}

/// Integers are rounded when decoded: what is less than a half too far does not count.
double HalfStepOf(const ArrayInfo& array, double bound)
{
  return IsInteger(array.Type) ? std::floor(bound) + 0.5 : bound;
}

double BoundOf(const ArrayInfo& array, double halfStep)
{
  return IsInteger(array.Type) ? std::ceil(halfStep + 0.5) - 1.0 : halfStep;
}

/// Reads the original and evaluates the network: what bricks are made of.
class BrickMaker
{
public:
  BrickMaker(const Model& model, const Evaluator& evaluator, const VolumeView& original, Base base, double halfStep)
    : Source(model)
    , Network(evaluator)
    , Original(original)
    , Blocks(ResidualBlocks(model))
    , TheBase(std::move(base))
    , TheQuantisation(QuantisationFor(model.Array, halfStep, this->TheBase))
  {
  }

  const Base& GetBase() const { return this->TheBase; }
  const Quantisation& GetQuantisation() const { return this->TheQuantisation; }
  std::size_t GetCount() const { return CountOf(this->Blocks.GetCount()); }

  BrickValues Make(std::size_t index) const
  {
    const Index at = IndexAt(index, this->Blocks.GetCount());
    BrickValues brick{ ShapeOfBrick(this->Source, at), {} };
    brick.Values.resize(brick.Shape.GetSamples() * this->Source.Array.Ranges.size());
    const auto subtract = [&](const LatticeBrick& part, const float* normalised)
    { this->Subtract(this->Blocks.Begin(at), part, normalised, brick); };
    if (this->TheBase.Constants.empty())
    {
      EvaluateRegion(this->Source, this->Network, { this->Blocks.Begin(at), brick.Shape.Size, 1 }, subtract);
    }
    else
    {
      subtract({ {}, brick.Shape.Size }, nullptr);
    }
    return brick;
  }

  /// So many bricks or all, spread over the volume.
  std::vector<BrickValues> MakeSome(std::size_t wanted) const
  {
    const std::size_t count = this->GetCount();
    std::vector<BrickValues> bricks(std::min(wanted, count));
    tbb::parallel_for(std::size_t(0), bricks.size(),
      [&](std::size_t i)
      {
        // Multiples of the golden ratio lie apart in the unit interval, however many there are.
        const double golden = double(i) * 0.61803398874989485;
        const auto spread = std::size_t((golden - std::floor(golden)) * double(count));
        bricks[i] = this->Make(bricks.size() == count ? i : spread);
      });
    return bricks;
  }

private:
  void Subtract(const Index& begin, const LatticeBrick& part, const float* normalised, BrickValues& brick) const
  {
    Dispatch(this->Source.Array.Type,
      [&](auto zero)
      {
        const auto* values = static_cast<const decltype(zero)*>(this->Original.Data);
        const std::vector<ValueRange>& ranges = this->Source.Array.Ranges;
        ForEach(part.First, Add(part.First, part.Count),
          [&](const Index& sample)
          {
            const std::size_t inBrick = FlatIndex(sample, brick.Shape.Size);
            const std::size_t inVolume = FlatIndex(Add(begin, sample), this->Blocks.Samples);
            for (std::size_t c = 0; c < ranges.size(); ++c)
            {
              const double base = normalised ? ranges[c].Denormalise(*normalised++) : this->TheBase.Constants[c];
              const double difference = double(values[inVolume * ranges.size() + c]) - base;
              brick.Values[c * brick.Shape.GetSamples() + inBrick] =
                brick.Shape.IsInvalid(inBrick) ? 0
                                               : std::int32_t(std::llround(difference / this->TheQuantisation.Unit));
            }
          });
      });
  }

  const Model& Source;
  const Evaluator& Network;
  const VolumeView& Original;
  neuralvolume::Blocks Blocks;
  Base TheBase;
  Quantisation TheQuantisation;
};

/// The median of each component, by a few thousand samples: with it a brick of background takes no bytes.
std::vector<double> Medians(const Model& model, const VolumeView& original)
{
  const std::size_t components = model.Array.Ranges.size();
  const std::size_t samples = model.GetSamples();
  std::vector<std::vector<double>> found(components);
  Dispatch(model.Array.Type,
    [&](auto zero)
    {
      const auto* values = static_cast<const decltype(zero)*>(original.Data);
      for (std::uint64_t i = 0; i < 4 * 4096; ++i)
      {
        const std::size_t sample = RandomBits(0, i) % samples;
        for (std::size_t c = 0; c < components && !model.IsInvalid(sample); ++c)
        {
          found[c].push_back(double(values[sample * components + c]));
        }
      }
    });
  std::vector<double> medians;
  for (std::size_t c = 0; c < components; ++c)
  {
    auto middle = found[c].begin() + std::ptrdiff_t(found[c].size() / 2);
    std::nth_element(found[c].begin(), middle, found[c].end());
    medians.push_back(found[c].empty() ? model.Array.Ranges[c].Minimum : *middle);
  }
  return medians;
}

BrickScheme MakeScheme(const BrickMaker& maker, const std::vector<BrickValues>& bricks, std::size_t components)
{
  BrickScheme scheme{ std::vector<PredictorWeights>(components), maker.GetQuantisation().Lattice };
  tbb::parallel_for(
    std::size_t(0), components, [&](std::size_t c) { scheme.Weights[c] = FitPredictor(bricks, c, scheme.Lattice); });
  return scheme;
}

/// Bytes of the whole residual, from some bricks of it.
double EstimateBytes(const BrickMaker& maker, const Model& model, int bricks)
{
  const std::vector<BrickValues> some = maker.MakeSome(std::size_t(std::max(bricks, 1)));
  const BrickScheme scheme = MakeScheme(maker, some, model.Array.Ranges.size());
  std::vector<std::size_t> bytes(some.size());
  tbb::parallel_for(
    std::size_t(0), some.size(), [&](std::size_t i) { bytes[i] = EncodeBrick(some[i], scheme).size(); });
  std::size_t samples = 0;
  for (const BrickValues& brick : some)
  {
    samples += brick.Shape.GetSamples();
  }
  const std::size_t sum = std::accumulate(bytes.begin(), bytes.end(), std::size_t(0));
  return double(sum) * double(model.GetSamples()) / double(samples);
}

void RequireBound(const Model& model, const VolumeView& original, double bound)
{
  RequireComparable(model, original);
  if (!(bound >= 0.0) || !std::isfinite(bound))
  {
    throw std::invalid_argument("the maximum error is " + ToText(bound) + "; it must be a number that is not negative");
  }
}

[[noreturn]] void ThrowTooSmall(double bound)
{
  throw std::invalid_argument("a maximum error of " + ToText(bound) +
                              " is too small for the range of the array's values; ask for a millionth of it or more");
}

/// A base on which the bound can be kept, and what the residual of it takes.
struct Choice
{
  BrickMaker Maker;
  double Bytes;
};

/// The better of the network and constants.
Choice ChooseBase(const Model& model, const Evaluator& evaluator, const VolumeView& original, double bound, int bricks)
{
  RequireBound(model, original, bound);
  std::vector<Choice> choices;
  for (const Base& base : { Base{ Medians(model, original) }, Base{} })
  {
    const BrickMaker maker(model, evaluator, original, base, HalfStepOf(model.Array, bound));
    if (maker.GetQuantisation().Unit > 0.0)
    {
      choices.push_back({ maker, EstimateBytes(maker, model, bricks) });
    }
  }
  if (choices.empty())
  {
    ThrowTooSmall(bound);
  }
  return *std::ranges::min_element(choices, {}, &Choice::Bytes);
}

Residual CodeBricks(const BrickMaker& maker, std::size_t components, double bound)
{
  Residual residual;
  residual.Bound = bound;
  residual.Unit = maker.GetQuantisation().Unit;
  residual.Constants = maker.GetBase().Constants;
  residual.Scheme = MakeScheme(maker, maker.MakeSome(FittedBricks), components);
  std::vector<std::vector<std::byte>> coded(maker.GetCount());
  tbb::parallel_for(
    std::size_t(0), coded.size(), [&](std::size_t i) { coded[i] = EncodeBrick(maker.Make(i), residual.Scheme); });
  for (const std::vector<std::byte>& bytes : coded)
  {
    residual.Bytes.insert(residual.Bytes.end(), bytes.begin(), bytes.end());
    residual.Ends.push_back(residual.Bytes.size());
  }
  return residual;
}

} // namespace

Residual MakeResidual(const Model& model, const Evaluator& evaluator, const VolumeView& original, double bound)
{
  const BrickMaker maker = ChooseBase(model, evaluator, original, bound, ComparedBricks).Maker;
  return CodeBricks(maker, model.Array.Ranges.size(), bound);
}

Residual CompleteNetwork(const Model& model, const Evaluator& evaluator, const VolumeView& original, double halfStep)
{
  RequireBound(model, original, halfStep);
  const BrickMaker maker(model, evaluator, original, {}, halfStep);
  if (maker.GetQuantisation().Unit <= 0.0)
  {
    ThrowTooSmall(halfStep);
  }
  return CodeBricks(maker, model.Array.Ranges.size(), BoundOf(model.Array, halfStep));
}

double EstimateResidualBytes(
  const Model& model, const Evaluator& evaluator, const VolumeView& original, double bound, int bricks)
{
  return ChooseBase(model, evaluator, original, bound, bricks).Bytes;
}

} // namespace neuralvolume
