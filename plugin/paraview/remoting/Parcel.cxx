// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Parcel.h"

#include "ImageGeometry.h"

#include "vtkFieldData.h"
#include "vtkImageData.h"
#include "vtkNew.h"
#include "vtkPointData.h"
#include "vtkPoints.h"
#include "vtkPolyData.h"
#include "vtkUnsignedCharArray.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>

namespace neuralvolume
{
namespace
{

constexpr const char* BytesName = "NeuralVolume";

/// Parcels of several processes are appended point by point, which works where all points have equally many bytes.
constexpr int BytesPerPoint = 4096;

/// What stands before the models' bytes.
struct Label
{
  neuralvolume::Geometry Geometry;
  Extent WholeExtent;
  std::uint64_t Length; ///< of the models' bytes

  vtkIdType GetPoints() const { return vtkIdType((sizeof(Label) + this->Length + BytesPerPoint - 1) / BytesPerPoint); }
};

std::span<const unsigned char> ModelsOf(vtkImageData* image)
{
  auto* bytes = vtkUnsignedCharArray::SafeDownCast(image->GetFieldData()->GetAbstractArray(BytesName));
  return bytes ? std::span<const unsigned char>(bytes->GetPointer(0), std::size_t(bytes->GetNumberOfValues()))
               : std::span<const unsigned char>();
}

vtkSmartPointer<vtkImageData> MakeImage(Label label, const unsigned char* models)
{
  auto image = vtkSmartPointer<vtkImageData>::New();
  image->SetOrigin(label.Geometry.Origin.data());
  image->SetSpacing(label.Geometry.Spacing.data());
  image->SetDirectionMatrix(label.Geometry.Direction.data());
  image->SetExtent(label.Geometry.Extent.data());
  if (label.Length == 0)
  {
    return image;
  }
  vtkNew<vtkUnsignedCharArray> bytes;
  bytes->SetName(BytesName);
  bytes->SetNumberOfValues(vtkIdType(label.Length));
  std::copy_n(models, label.Length, bytes->GetPointer(0));
  image->GetFieldData()->AddArray(bytes);
  return image;
}

void Enlarge(Extent& extent, const Extent& other)
{
  for (std::size_t low = 0; low < 6; low += 2)
  {
    extent[low] = std::min(extent[low], other[low]);
    extent[low + 1] = std::max(extent[low + 1], other[low + 1]);
  }
}

} // namespace

vtkSmartPointer<vtkPolyData> Pack(const Piece& piece)
{
  auto parcel = vtkSmartPointer<vtkPolyData>::New();
  if (!piece.Image)
  {
    return parcel;
  }
  const Label label{ GeometryOf(piece.Image), piece.WholeExtent, ModelsOf(piece.Image).size() };
  vtkNew<vtkUnsignedCharArray> bytes;
  bytes->SetName(BytesName);
  bytes->SetNumberOfComponents(BytesPerPoint);
  bytes->SetNumberOfTuples(label.GetPoints());
  bytes->FillValue(0);
  std::memcpy(bytes->GetPointer(0), &label, sizeof label);
  std::ranges::copy(ModelsOf(piece.Image), bytes->GetPointer(sizeof label));
  vtkNew<vtkPoints> points;
  points->SetNumberOfPoints(label.GetPoints());
  points->GetData()->Fill(0.0);
  parcel->SetPoints(points);
  parcel->GetPointData()->AddArray(bytes);
  return parcel;
}

Piece Unpack(vtkPolyData* parcels)
{
  auto* bytes = vtkUnsignedCharArray::SafeDownCast(parcels->GetPointData()->GetAbstractArray(BytesName));
  if (!bytes)
  {
    return {};
  }
  Label whole;
  std::memcpy(&whole, bytes->GetPointer(0), sizeof whole);
  for (vtkIdType point = whole.GetPoints(); point < bytes->GetNumberOfTuples();)
  {
    Label label;
    std::memcpy(&label, bytes->GetPointer(point * BytesPerPoint), sizeof label);
    Enlarge(whole.Geometry.Extent, label.Geometry.Extent);
    point += label.GetPoints();
  }
  return { MakeImage(whole, bytes->GetPointer(sizeof whole)), whole.WholeExtent };
}

} // namespace neuralvolume
