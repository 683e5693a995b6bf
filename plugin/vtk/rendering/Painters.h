// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "Painter.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

namespace neuralvolume
{

/// The painters of the pictures that make one frame: there are several where translucent surfaces part a volume.
/// From frame to frame the same painter goes on with the same part.
class Painters
{
public:
  void BeginFrame()
  {
    this->All.resize(this->Used); // what the last frame did without will not come back
    this->Used = 0;
  }

  Painter& Next()
  {
    if (this->Used == this->All.size())
    {
      this->All.push_back(std::make_unique<Painter>());
    }
    return *this->All[this->Used++];
  }

  /// Pictures of the last frame; 1 before there was any.
  std::size_t GetUsual() const { return std::max(this->All.size(), std::size_t(1)); }

  const Painter& GetLast() const { return *this->All[this->Used - 1]; }

private:
  std::vector<std::unique_ptr<Painter>> All;
  std::size_t Used = 0;
};

} // namespace neuralvolume
