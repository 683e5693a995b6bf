// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "render/bricks/BrickSlots.h"

#include <algorithm>
#include <functional>

namespace neuralvolume
{
namespace
{

/// Of all bricks, what is forgotten at once.
constexpr std::size_t PartToForget = 4;

} // namespace

std::vector<int> BrickSlots::FindLeastWorth(std::uint32_t tick, const Sight& sight) const
{
  std::vector<std::pair<Worth, int>> slots;
  for (int slot : this->Find([](const BrickSlot&) { return true; }))
  {
    slots.emplace_back(this->Appraise(slot, tick, sight), slot);
  }
  const std::size_t count = (slots.size() + PartToForget - 1) / PartToForget;
  std::ranges::partial_sort(slots, slots.begin() + std::ptrdiff_t(count));
  std::vector<int> found(count);
  std::transform(
    slots.begin(), slots.begin() + std::ptrdiff_t(count), found.begin(), [](const auto& slot) { return slot.second; });
  return found;
}

std::vector<int> BrickSlots::FindStandIns() const
{
  std::vector<int> found = this->Find([](const BrickSlot& slot) { return slot.IsStandIn; });
  std::ranges::sort(found, std::greater(), [this](int slot) { return this->GetLastUse(slot); });
  return found;
}

/// Worth least are bricks of levels that the picture does not read, those out of sight, and those that neither it nor the one before has used. What this picture has used is worth less
/// than what it may come to: were those forgotten that were used longest ago, a picture that needs a little more than
/// there is room for would decode nearly all of it anew.
BrickSlots::Worth BrickSlots::Appraise(int slot, std::uint32_t tick, const Sight& sight) const
{
  const BrickTable& table = *this->At(slot).Table;
  const std::uint32_t lastUse = this->GetLastUse(slot);
  if (table.Tick < tick || lastUse < table.TickBefore || !sight.Shows(table.Lattice, this->At(slot).Brick))
  {
    return { Values::None, lastUse };
  }
  const std::uint32_t random = std::uint32_t(slot) * 2654435761u; // neighbours are needed together
  return { lastUse == tick ? Values::Used : Values::Expected, random };
}

std::uint32_t BrickSlots::GetLastUse(int slot) const
{
  return this->At(slot).Table->LastUses[this->At(slot).Brick].load();
}

/// Of the slots that are taken.
template <typename Predicate>
std::vector<int> BrickSlots::Find(const Predicate& isMeant) const
{
  std::vector<int> found;
  for (std::size_t i = 0; i < this->Slots.size(); ++i)
  {
    if (this->Slots[i] && isMeant(*this->Slots[i]))
    {
      found.push_back(int(i));
    }
  }
  return found;
}

} // namespace neuralvolume
