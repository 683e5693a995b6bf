// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "vtkSmartPointer.h"

#include <array>

class vtkImageData;
class vtkPolyData;

/// How models travel between processes: ParaView delivers polygonal data, but no images.
namespace neuralvolume
{

using Extent = std::array<int, 6>;

/// What one process has to draw.
struct Piece
{
  vtkSmartPointer<vtkImageData> Image; ///< without values, the bytes of models in its field data; null for nothing
  Extent WholeExtent;                  ///< of all processes' images together
};

/// Every process must pack one, be it of nothing: ParaView wants data of the same type from all of them.
vtkSmartPointer<vtkPolyData> Pack(const Piece& piece);

/// What one or several processes have packed, as one piece: they all show parts of one volume, so the image
/// reaches over all of theirs.
Piece Unpack(vtkPolyData* parcels);

} // namespace neuralvolume
