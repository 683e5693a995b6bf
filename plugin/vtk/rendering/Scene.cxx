// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Scene.h"

#include "Lights.h"
#include "TransferFunctions.h"
#include "model/Coordinates.h"
#include "vtkNeuralVolumeMapper.h"

#include "vtkContourValues.h"
#include "vtkImageData.h"
#include "vtkMatrix3x3.h"
#include "vtkMatrix4x4.h"
#include "vtkNew.h"
#include "vtkOpenGLCamera.h"
#include "vtkPlane.h"
#include "vtkPlaneCollection.h"
#include "vtkRenderer.h"
#include "vtkVolume.h"
#include "vtkVolumeProperty.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace neuralvolume
{
namespace
{

vtkNew<vtkMatrix4x4> UnitToData(const Model& model)
{
  const AffineMap map = UnitToPhysical(model);
  vtkNew<vtkMatrix4x4> matrix;
  for (int row = 0; row < 3; ++row)
  {
    for (int column = 0; column < 3; ++column)
    {
      matrix->SetElement(row, column, map.Matrix[3 * row + column]);
    }
    matrix->SetElement(row, 3, map.Offset[row]);
  }
  return matrix;
}

vtkNew<vtkMatrix4x4> UnitToWorld(const Model& model, vtkVolume* volume)
{
  vtkNew<vtkMatrix4x4> matrix;
  vtkMatrix4x4::Multiply4x4(volume->GetMatrix(), UnitToData(model), matrix);
  return matrix;
}

/// What surfaces are drawn with, of the present eye where there are two.
vtkNew<vtkMatrix4x4> WorldToClip(vtkRenderer* renderer)
{
  auto* camera = vtkOpenGLCamera::SafeDownCast(renderer->GetActiveCamera());
  vtkMatrix4x4 *worldToView, *viewToClip, *worldToClip;
  vtkMatrix3x3* normals;
  camera->GetKeyMatrices(renderer, worldToView, normals, viewToClip, worldToClip);
  vtkNew<vtkMatrix4x4> matrix;
  vtkMatrix4x4::Transpose(worldToClip, matrix); // OpenGL has it by columns
  return matrix;
}

/// Distance between neighbouring samples along the axis where they are closest; axes of one sample do not count.
double SmallestSpacing(const Model& model)
{
  const std::array<int, 3> dimensions = model.GetDimensions();
  double smallest = std::numeric_limits<double>::max();
  for (int axis = 0; axis < 3; ++axis)
  {
    if (dimensions[axis] > 1)
    {
      smallest = std::min(smallest, std::abs(model.Geometry.Spacing[axis]));
    }
  }
  return smallest;
}

/// As VTK does it: along the edges of the image's bounds that meet in their lowest corner.
Cropping MakeCropping(const Model& model, vtkVolumeMapper* mapper)
{
  Cropping cropping;
  if (!mapper->GetCropping())
  {
    return cropping;
  }
  const AffineMap toUnit = PhysicalToUnit(model);
  const double* bounds = mapper->GetBounds();
  for (int i = 0; i < 6; ++i)
  {
    std::array<double, 3> point = { bounds[0], bounds[2], bounds[4] };
    point[i / 2] = mapper->GetCroppingRegionPlanes()[i];
    cropping.Planes[i] = toUnit.Apply(point)[i / 2];
  }
  cropping.Regions = std::uint32_t(mapper->GetCroppingRegionFlags());
  return cropping;
}

/// A plane of the world in unit coordinates: normal . (M u - origin) >= 0.
ClippingPlane MakePlane(vtkPlane* plane, vtkMatrix4x4* unitToWorld)
{
  ClippingPlane result;
  for (int column = 0; column < 3; ++column)
  {
    result.Normal[column] = 0.0;
    for (int row = 0; row < 3; ++row)
    {
      result.Normal[column] += plane->GetNormal()[row] * unitToWorld->GetElement(row, column);
    }
  }
  result.Offset = 0.0;
  for (int row = 0; row < 3; ++row)
  {
    result.Offset += plane->GetNormal()[row] * (unitToWorld->GetElement(row, 3) - plane->GetOrigin()[row]);
  }
  return result;
}

/// Where the mapper's image is a part of the model's, the planes that bound it.
void AppendBounds(const Model& model, vtkImageData* image, std::vector<ClippingPlane>& planes)
{
  const AffineMap toUnit = PhysicalToUnit(model);
  const int* extent = image->GetExtent();
  for (std::size_t side = 0; side < 6; ++side)
  {
    if (extent[side] == model.Geometry.Extent[side])
    {
      continue;
    }
    const std::size_t axis = side / 2;
    const double inwards = side % 2 == 0 ? 1.0 : -1.0;
    std::array<double, 3> corner;
    const int* index = side % 2 == 0 ? extent : extent + 1;
    image->TransformContinuousIndexToPhysicalPoint(index[0], index[2], index[4], corner.data());
    ClippingPlane plane{ {}, -inwards * toUnit.Apply(corner)[axis] };
    plane.Normal[axis] = inwards;
    planes.push_back(plane);
  }
}

/// The core lists blend modes and shadows in VTK's order and in the mapper's.
static_assert(int(BlendMode::MaximumIntensity) == vtkVolumeMapper::MAXIMUM_INTENSITY_BLEND);
static_assert(int(BlendMode::Slice) == vtkVolumeMapper::SLICE_BLEND);
static_assert(int(Shadows::Full) == vtkNeuralVolumeMapper::FULL_SHADOWS);

double OpacityUnitDistanceOf(const Model& model, vtkNeuralVolumeMapper* mapper, vtkVolumeProperty* property)
{
  if (!HasTransferFunction2D(property))
  {
    return property->GetScalarOpacityUnitDistance(0);
  }
  std::array<double, 3> spacing = model.Geometry.Spacing;
  std::array<int, 6> extent = model.Geometry.Extent;
  return mapper->SpacingAdjustedSampleDistance(spacing.data(), extent.data());
}

std::vector<double> MakeIsoValues(vtkContourValues* values)
{
  return { values->GetValues(), values->GetValues() + values->GetNumberOfContours() };
}

PathSettings MakePaths(vtkNeuralVolumeMapper* mapper, vtkVolumeProperty* property)
{
  constexpr float LargestAnisotropy = 0.99f; // at 1 light would go on straight
  PathSettings paths;
  paths.AreTraced = mapper->GetPathTracing();
  paths.Passes = mapper->GetSamplesPerPixel();
  paths.Anisotropy = std::clamp(property->GetScatteringAnisotropy(), -LargestAnisotropy, LargestAnisotropy);
  paths.Environment.fill(float(mapper->GetEnvironmentLight()));
  return paths;
}

} // namespace

View MakeView(const Model& model, vtkRenderer* renderer, vtkVolume* volume, int width, int height)
{
  View view;
  view.Width = width;
  view.Height = height;
  vtkNew<vtkMatrix4x4> matrix;
  vtkMatrix4x4::Multiply4x4(WorldToClip(renderer), UnitToWorld(model, volume), matrix);
  matrix->Invert();
  std::copy_n(matrix->GetData(), 16, view.ClipToUnit.begin());
  view.UnitToWorld = UnitToPhysical(model).Matrix;
  return view;
}

RenderSettings MakeSettings(
  const Model& model, vtkNeuralVolumeMapper* mapper, vtkRenderer* renderer, vtkVolume* volume, double stepsPerSample)
{
  vtkVolumeProperty* property = volume->GetProperty();
  const vtkNew<vtkMatrix4x4> unitToWorld = UnitToWorld(model, volume);
  RenderSettings settings;
  settings.SampleDistance = SmallestSpacing(model) / stepsPerSample;
  settings.Jitter = true; // as ParaView draws its own volumes
  settings.OpacityUnitDistance = OpacityUnitDistanceOf(model, mapper, property);
  settings.Component = SelectComponent(model, property);
  settings.BlendMode = BlendMode(mapper->GetBlendMode());
  settings.IsoValues = MakeIsoValues(property->GetIsoSurfaceValues());
  if (auto* slice = vtkPlane::SafeDownCast(property->GetSliceFunction()))
  {
    settings.SlicePlane = MakePlane(slice, unitToWorld);
  }
  settings.Lighting = MakeLighting(renderer, volume);
  settings.Lighting.Shadows = Shadows(mapper->GetShadows());
  settings.Paths = MakePaths(mapper, property);
  settings.Cropping = MakeCropping(model, mapper);
  AppendBounds(model, vtkImageData::SafeDownCast(mapper->GetInput()), settings.ClippingPlanes);
  if (vtkPlaneCollection* planes = mapper->GetClippingPlanes())
  {
    for (int i = 0; i < planes->GetNumberOfItems(); ++i)
    {
      settings.ClippingPlanes.push_back(MakePlane(planes->GetItem(i), unitToWorld));
    }
  }
  return settings;
}

} // namespace neuralvolume
