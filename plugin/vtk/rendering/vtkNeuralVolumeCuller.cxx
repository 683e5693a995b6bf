// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkNeuralVolumeCuller.h"

#include "vtkNeuralVolumeMapper.h"

#include "vtkBoundingBox.h"
#include "vtkCamera.h"
#include "vtkObjectFactory.h"
#include "vtkRenderer.h"
#include "vtkVolume.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

namespace
{

/// Null for ordinary volumes, and where there is nothing to draw.
vtkNeuralVolumeMapper* GetMapper(vtkVolume* volume)
{
  auto* mapper = vtkNeuralVolumeMapper::SafeDownCast(volume->GetMapper());
  return mapper && mapper->GetDataObjectInput() ? mapper : nullptr;
}

bool Overlap(vtkVolume* a, vtkVolume* b)
{
  return vtkBoundingBox(a->GetBounds()).IntersectBox(vtkBoundingBox(b->GetBounds())) != 0;
}

/// What hides what as a camera sees it.
class Sight
{
public:
  explicit Sight(vtkCamera* camera)
    : Camera(camera)
  {
  }

  /// Whether the first may hide a part of the second.
  bool MayHide(vtkVolume* first, vtkVolume* second) const
  {
    const double* a = first->GetBounds();
    const double* b = second->GetBounds();
    for (int axis = 0; axis < 3; ++axis)
    {
      const bool isBelow = a[2 * axis + 1] <= b[2 * axis];
      if (isBelow || b[2 * axis + 1] <= a[2 * axis])
      {
        const double plane = isBelow ? 0.5 * (a[2 * axis + 1] + b[2 * axis]) : 0.5 * (b[2 * axis + 1] + a[2 * axis]);
        return this->LooksUp(axis, plane) == isBelow;
      }
    }
    return this->GetDistance(first) < this->GetDistance(second);
  }

  /// Of the middle from the camera's plane.
  double GetDistance(vtkVolume* volume) const
  {
    double middle[3];
    vtkBoundingBox(volume->GetBounds()).GetCenter(middle);
    const double* position = this->Camera->GetPosition();
    const double* direction = this->Camera->GetDirectionOfProjection();
    double distance = 0.0;
    for (int axis = 0; axis < 3; ++axis)
    {
      distance += (middle[axis] - position[axis]) * direction[axis];
    }
    return distance;
  }

private:
  /// Whether rays cross a plane across an axis upwards.
  bool LooksUp(int axis, double plane) const
  {
    return this->Camera->GetParallelProjection() ? this->Camera->GetDirectionOfProjection()[axis] > 0.0
                                                 : this->Camera->GetPosition()[axis] < plane;
  }

  vtkCamera* Camera;
};

/// From back to front: each follows those that it may hide.
void Sort(std::vector<vtkVolume*>& volumes, const Sight& sight)
{
  for (auto place = volumes.begin(); place != volumes.end(); ++place)
  {
    const auto hidesNone = [&](vtkVolume* volume)
    {
      return std::none_of(
        place, volumes.end(), [&](vtkVolume* other) { return other != volume && sight.MayHide(volume, other); });
    };
    auto next = std::find_if(place, volumes.end(), hidesNone);
    if (next == volumes.end()) // some hide each other in a circle
    {
      next = std::max_element(
        place, volumes.end(), [&](vtkVolume* a, vtkVolume* b) { return sight.GetDistance(a) < sight.GetDistance(b); });
    }
    std::rotate(place, next, next + 1);
  }
}

/// Whether the renderer will draw its volumes between the layers of translucent surfaces.
bool AreVolumesPeeled(vtkRenderer* renderer, std::span<vtkProp*> props)
{
  return renderer->GetUseDepthPeeling() && renderer->GetUseDepthPeelingForVolumes() &&
         std::ranges::any_of(props, [](vtkProp* prop) { return prop->HasTranslucentPolygonalGeometry() != 0; });
}

/// Neural volumes in a row are drawn at once where the last one must know of the others.
void JoinRows(const std::vector<vtkVolume*>& volumes, bool always)
{
  for (auto begin = volumes.begin(); begin != volumes.end();)
  {
    const auto end = std::find_if(begin, volumes.end(), [](vtkVolume* volume) { return !GetMapper(volume); });
    bool isJoint = always;
    for (auto volume = begin; volume != end && !isJoint; ++volume)
    {
      isJoint = std::any_of(volume + 1, end, [&](vtkVolume* other) { return Overlap(*volume, other); });
    }
    for (auto volume = begin; volume != end; ++volume)
    {
      GetMapper(*volume)->DrawTogetherWith(isJoint && volume + 1 != end ? GetMapper(*(volume + 1)) : nullptr);
    }
    begin = end == volumes.end() ? end : end + 1;
  }
}

} // namespace

vtkStandardNewMacro(vtkNeuralVolumeCuller);

double vtkNeuralVolumeCuller::Cull(vtkRenderer* renderer, vtkProp** props, int& count, int& initialized)
{
  const std::span<vtkProp*> all(props, std::size_t(count));
  std::vector<vtkVolume*> volumes;
  double time = 0.0; // as other cullers count it
  for (vtkProp* prop : all)
  {
    if (!initialized)
    {
      prop->SetRenderTimeMultiplier(1.0);
    }
    time += prop->GetRenderTimeMultiplier();
    if (auto* volume = vtkVolume::SafeDownCast(prop))
    {
      volumes.push_back(volume);
    }
  }
  initialized = 1;
  if (std::ranges::none_of(volumes, GetMapper))
  {
    return time;
  }

  Sort(volumes, Sight(renderer->GetActiveCamera()));
  const bool arePeeled = AreVolumesPeeled(renderer, all);
  if (arePeeled)
  {
    std::ranges::stable_partition(volumes, [](vtkVolume* volume) { return !GetMapper(volume); });
  }
  JoinRows(volumes, arePeeled);
  auto next = volumes.begin();
  for (vtkProp*& prop : all)
  {
    if (vtkVolume::SafeDownCast(prop))
    {
      prop = *next++;
    }
  }
  return time;
}
