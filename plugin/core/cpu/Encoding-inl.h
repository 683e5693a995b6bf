// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
// Per-target include guard, as Highway prescribes.
#if defined(NEURALVOLUME_CPU_ENCODING_INL_H) == defined(HWY_TARGET_TOGGLE)
#  ifdef NEURALVOLUME_CPU_ENCODING_INL_H
#    undef NEURALVOLUME_CPU_ENCODING_INL_H
#  else
#    define NEURALVOLUME_CPU_ENCODING_INL_H
#  endif

#  include "cpu/Kernels.h"

#  include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace neuralvolume::cpu::HWY_NAMESPACE
{
namespace hn = hwy::HWY_NAMESPACE;

/// Where a group of samples lies in one level. Corner 2 * yz + dx is the vertex at x + dx of the
/// cell's edge yz = dy + 2 * dz along x.
struct LocatedGroup
{
  alignas(64) std::uint32_t Entry[8][SampleGroup];
  alignas(64) float EdgeWeight[4][SampleGroup];
  alignas(64) float FractionX[SampleGroup];
};

/// An axis of the cells of one vector of samples: lower vertex and fraction.
template <class D>
struct AxisPosition
{
  hn::Vec<hn::RebindToUnsigned<D>> Cell;
  hn::Vec<D> Fraction;
};

template <class D>
HWY_INLINE AxisPosition<D> LocateAxis(D d, float scale, const float* position)
{
  const hn::RebindToSigned<D> di;
  const hn::RebindToUnsigned<D> du;
  const auto scaled = hn::MulAdd(hn::Set(d, scale), hn::LoadU(d, position), hn::Set(d, 0.5f));
  const auto cell = hn::ConvertTo(di, scaled); // truncates: scaled is not negative
  return { hn::BitCast(du, cell), hn::Sub(scaled, hn::ConvertTo(d, cell)) };
}

/// Entries of the 8 corners; EntryOfVertex() for vectors. Within the unit cube a dense index stays
/// below twice the entries, so that one conditional subtraction is its modulus.
template <class DU, class V>
HWY_INLINE void StoreEntries(DU du, const GridLevel& level, V x, V y, V z, LocatedGroup& group, std::size_t lane)
{
  const V one = hn::Set(du, 1u);
  const V strideY = hn::Set(du, level.Dense ? level.Resolution : 2654435761u);
  const V strideZ = hn::Set(du, level.Dense ? level.Resolution * level.Resolution : 805459861u);
  const V entries = hn::Set(du, level.Entries);
  const V xs[2] = { x, hn::Add(x, one) };
  const V lowY = hn::Mul(y, strideY);
  const V lowZ = hn::Mul(z, strideZ);
  const V ys[2] = { lowY, hn::Add(lowY, strideY) };
  const V zs[2] = { lowZ, hn::Add(lowZ, strideZ) };
  for (int corner = 0; corner < 8; ++corner)
  {
    const V a = xs[corner & 1], b = ys[(corner >> 1) & 1], c = zs[corner >> 2];
    V entry;
    if (level.Dense)
    {
      const V index = hn::Add(a, hn::Add(b, c));
      entry = hn::Min(index, hn::Sub(index, entries));
    }
    else
    {
      entry = hn::And(hn::Xor(a, hn::Xor(b, c)), hn::Sub(entries, one));
    }
    hn::Store(entry, du, group.Entry[corner] + lane);
  }
}

HWY_INLINE void LocateGroup(const GridLevel& level, const float* x, const float* y, const float* z, LocatedGroup& group)
{
  const hn::CappedTag<float, SampleGroup> d;
  const hn::RebindToUnsigned<decltype(d)> du;
  for (std::size_t lane = 0; lane < SampleGroup; lane += hn::Lanes(d))
  {
    const auto atX = LocateAxis(d, level.Scale, x + lane);
    const auto atY = LocateAxis(d, level.Scale, y + lane);
    const auto atZ = LocateAxis(d, level.Scale, z + lane);
    StoreEntries(du, level, atX.Cell, atY.Cell, atZ.Cell, group, lane);

    const auto one = hn::Set(d, 1.0f);
    const auto lowY = hn::Sub(one, atY.Fraction);
    const auto lowZ = hn::Sub(one, atZ.Fraction);
    hn::Store(hn::Mul(lowY, lowZ), d, group.EdgeWeight[0] + lane);
    hn::Store(hn::Mul(atY.Fraction, lowZ), d, group.EdgeWeight[1] + lane);
    hn::Store(hn::Mul(lowY, atZ.Fraction), d, group.EdgeWeight[2] + lane);
    hn::Store(hn::Mul(atY.Fraction, atZ.Fraction), d, group.EdgeWeight[3] + lane);
    hn::Store(atX.Fraction, d, group.FractionX + lane);
  }
}

/// Whether all samples of a group lie in one cell, as they do in coarse levels when neighbours in a batch are
/// neighbours in space. In a hashed level it may hold by chance for the first corner, so it is not asked there.
HWY_INLINE bool IsOneCell(const GridLevel& level, const LocatedGroup& group)
{
  const hn::CappedTag<std::uint32_t, SampleGroup> du;
  const auto first = hn::Set(du, group.Entry[0][0]);
  bool same = level.Dense;
  for (std::size_t lane = 0; same && lane < SampleGroup; lane += hn::Lanes(du))
  {
    same = hn::AllTrue(du, hn::Eq(first, hn::Load(du, group.Entry[0] + lane)));
  }
  return same;
}

/// A part of an entry's features that fits one vector: all of them but where vectors are short.
template <int Features>
using FeatureTag = hn::CappedTag<float, Features>;

/// Interpolates along y and z on both faces of the cell, then along x.
template <int Features>
HWY_INLINE void InterpolateSample(const LocatedGroup& group, std::size_t sample, const Half* table, float* encoded)
{
  const FeatureTag<Features> d;
  const hn::Rebind<hwy::float16_t, decltype(d)> dh;
  const auto* features = reinterpret_cast<const hwy::float16_t*>(table);
  for (std::size_t part = 0; part < Features; part += hn::Lanes(d))
  {
    auto low = hn::Zero(d);
    auto high = hn::Zero(d);
    for (int edge = 0; edge < 4; ++edge)
    {
      const auto weight = hn::Set(d, group.EdgeWeight[edge][sample]);
      const std::size_t lowEntry = group.Entry[2 * edge][sample];
      const std::size_t highEntry = group.Entry[2 * edge + 1][sample];
      low = hn::MulAdd(weight, hn::PromoteTo(d, hn::LoadU(dh, features + lowEntry * Features + part)), low);
      high = hn::MulAdd(weight, hn::PromoteTo(d, hn::LoadU(dh, features + highEntry * Features + part)), high);
    }
    const auto fraction = hn::Set(d, group.FractionX[sample]);
    hn::StoreU(hn::MulAdd(fraction, hn::Sub(high, low), low), d, encoded + part);
  }
}

/// InterpolateSample for a group within one cell: its corners are read once.
template <int Features>
HWY_INLINE void InterpolateCell(const LocatedGroup& group, const Half* table, float* encoded, std::size_t stride)
{
  const FeatureTag<Features> d;
  const hn::Rebind<hwy::float16_t, decltype(d)> dh;
  const auto* features = reinterpret_cast<const hwy::float16_t*>(table);
  for (std::size_t part = 0; part < Features; part += hn::Lanes(d))
  {
    hn::Vec<decltype(d)> corners[8];
    for (int corner = 0; corner < 8; ++corner)
    {
      const std::size_t entry = group.Entry[corner][0];
      corners[corner] = hn::PromoteTo(d, hn::LoadU(dh, features + entry * Features + part));
    }
    for (std::size_t sample = 0; sample < SampleGroup; ++sample)
    {
      auto low = hn::Zero(d);
      auto high = hn::Zero(d);
      for (int edge = 0; edge < 4; ++edge)
      {
        const auto weight = hn::Set(d, group.EdgeWeight[edge][sample]);
        low = hn::MulAdd(weight, corners[2 * edge], low);
        high = hn::MulAdd(weight, corners[2 * edge + 1], high);
      }
      const auto fraction = hn::Set(d, group.FractionX[sample]);
      hn::StoreU(hn::MulAdd(fraction, hn::Sub(high, low), low), d, encoded + sample * stride + part);
    }
  }
}

template <int Features>
void EncodeLevelOf(const GridLevel& level, const Half* table, const float* x, const float* y, const float* z,
  std::size_t count, float* encoded, std::size_t stride)
{
  LocatedGroup group;
  for (std::size_t begin = 0; begin < count; begin += SampleGroup)
  {
    LocateGroup(level, x + begin, y + begin, z + begin, group);
    if (IsOneCell(level, group))
    {
      InterpolateCell<Features>(group, table, encoded + begin * stride, stride);
      continue;
    }
    for (std::size_t sample = 0; sample < SampleGroup; ++sample)
    {
      InterpolateSample<Features>(group, sample, table, encoded + (begin + sample) * stride);
    }
  }
}

void EncodeLevel(const GridLevel& level, int features, const Half* table, const float* x, const float* y,
  const float* z, std::size_t count, float* encoded, std::size_t stride)
{
  switch (features)
  {
    case 1:
      return EncodeLevelOf<1>(level, table, x, y, z, count, encoded, stride);
    case 2:
      return EncodeLevelOf<2>(level, table, x, y, z, count, encoded, stride);
    case 4:
      return EncodeLevelOf<4>(level, table, x, y, z, count, encoded, stride);
    default:
      return EncodeLevelOf<8>(level, table, x, y, z, count, encoded, stride);
  }
}

/// Adds weight * gradient to an entry.
template <int Features, class D, class V>
HWY_INLINE void AddToEntry(D d, V weight, V gradient, std::size_t entry, std::size_t part, float* tableGradient)
{
  float* const at = tableGradient + entry * Features + part;
  hn::StoreU(hn::MulAdd(weight, gradient, hn::LoadU(d, at)), d, at);
}

template <int Features>
HWY_INLINE void ScatterSample(
  const LocatedGroup& group, std::size_t sample, const float* gradient, float* tableGradient)
{
  const FeatureTag<Features> d;
  for (std::size_t part = 0; part < Features; part += hn::Lanes(d))
  {
    const auto whole = hn::LoadU(d, gradient + part);
    const auto high = hn::Mul(whole, hn::Set(d, group.FractionX[sample]));
    const auto low = hn::Sub(whole, high);
    for (int edge = 0; edge < 4; ++edge)
    {
      const auto weight = hn::Set(d, group.EdgeWeight[edge][sample]);
      AddToEntry<Features>(d, weight, low, group.Entry[2 * edge][sample], part, tableGradient);
      AddToEntry<Features>(d, weight, high, group.Entry[2 * edge + 1][sample], part, tableGradient);
    }
  }
}

/// ScatterSample for a group within one cell: its entries are updated once.
template <int Features>
HWY_INLINE void ScatterCell(const LocatedGroup& group, const float* gradient, std::size_t stride, float* tableGradient)
{
  const FeatureTag<Features> d;
  for (std::size_t part = 0; part < Features; part += hn::Lanes(d))
  {
    hn::Vec<decltype(d)> corners[8];
    for (auto& corner : corners)
    {
      corner = hn::Zero(d);
    }
    for (std::size_t sample = 0; sample < SampleGroup; ++sample)
    {
      const auto whole = hn::LoadU(d, gradient + sample * stride + part);
      const auto high = hn::Mul(whole, hn::Set(d, group.FractionX[sample]));
      const auto low = hn::Sub(whole, high);
      for (int edge = 0; edge < 4; ++edge)
      {
        const auto weight = hn::Set(d, group.EdgeWeight[edge][sample]);
        corners[2 * edge] = hn::MulAdd(weight, low, corners[2 * edge]);
        corners[2 * edge + 1] = hn::MulAdd(weight, high, corners[2 * edge + 1]);
      }
    }
    for (int corner = 0; corner < 8; ++corner)
    {
      AddToEntry<Features>(d, hn::Set(d, 1.0f), corners[corner], group.Entry[corner][0], part, tableGradient);
    }
  }
}

template <int Features>
void ScatterLevelOf(const GridLevel& level, const float* x, const float* y, const float* z, std::size_t count,
  const float* gradient, std::size_t stride, float* tableGradient)
{
  LocatedGroup group;
  for (std::size_t begin = 0; begin < count; begin += SampleGroup)
  {
    LocateGroup(level, x + begin, y + begin, z + begin, group);
    if (IsOneCell(level, group))
    {
      ScatterCell<Features>(group, gradient + begin * stride, stride, tableGradient);
      continue;
    }
    for (std::size_t sample = 0; sample < SampleGroup; ++sample)
    {
      ScatterSample<Features>(group, sample, gradient + (begin + sample) * stride, tableGradient);
    }
  }
}

void ScatterLevel(const GridLevel& level, int features, const float* x, const float* y, const float* z,
  std::size_t count, const float* gradient, std::size_t stride, float* tableGradient)
{
  switch (features)
  {
    case 1:
      return ScatterLevelOf<1>(level, x, y, z, count, gradient, stride, tableGradient);
    case 2:
      return ScatterLevelOf<2>(level, x, y, z, count, gradient, stride, tableGradient);
    case 4:
      return ScatterLevelOf<4>(level, x, y, z, count, gradient, stride, tableGradient);
    default:
      return ScatterLevelOf<8>(level, x, y, z, count, gradient, stride, tableGradient);
  }
}

} // namespace neuralvolume::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif // per-target include guard
