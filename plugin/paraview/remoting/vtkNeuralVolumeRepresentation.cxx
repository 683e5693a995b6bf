// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkNeuralVolumeRepresentation.h"

#include "Parcel.h"
#include "Selection.h"
#include "vtkNeuralVolume.h"
#include "vtkNeuralVolumeCuller.h"
#include "vtkNeuralVolumeMapper.h"

#include "vtkBoundingBox.h"
#include "vtkCullerCollection.h"
#include "vtkExtentTranslator.h"
#include "vtkFieldData.h"
#include "vtkImageData.h"
#include "vtkInformation.h"
#include "vtkInformationVector.h"
#include "vtkMath.h"
#include "vtkMatrix4x4.h"
#include "vtkMultiProcessController.h"
#include "vtkObjectFactory.h"
#include "vtkPVRenderView.h"
#include "vtkPolyData.h"
#include "vtkPolyDataMapper.h"
#include "vtkRenderer.h"
#include "vtkStreamingDemandDrivenPipeline.h"
#include "vtkVolumeProperty.h"

#include <array>
#include <vector>

namespace
{

using neuralvolume::Extent;

/// An image of the same lattice without values.
vtkSmartPointer<vtkImageData> CopyLattice(vtkImageData* source, const Extent& extent)
{
  auto image = vtkSmartPointer<vtkImageData>::New();
  image->SetOrigin(source->GetOrigin());
  image->SetSpacing(source->GetSpacing());
  image->SetDirectionMatrix(source->GetDirectionMatrix());
  image->SetExtent(const_cast<int*>(extent.data()));
  return image;
}

/// The lattice of what this process draws. Where a source gives the whole to every process, it takes a piece.
vtkSmartPointer<vtkImageData> ChoosePart(vtkImageData* image, const Extent& whole)
{
  Extent part = {};
  image->GetExtent(part.data());
  auto* controller = vtkMultiProcessController::GetGlobalController();
  const int processes = controller ? controller->GetNumberOfProcesses() : 1;
  if (processes > 1 && part == whole)
  {
    const vtkNew<vtkExtentTranslator> translator;
    translator->PieceToExtentThreadSafe(controller->GetLocalProcessId(), processes, 0, const_cast<int*>(whole.data()),
      part.data(), vtkExtentTranslator::BLOCK_MODE, 0);
  }
  return CopyLattice(image, part);
}

/// Of a box that an actor may have turned.
std::array<double, 6> Transform(const double* bounds, vtkMatrix4x4* matrix)
{
  const vtkBoundingBox box(bounds);
  vtkBoundingBox transformed;
  for (int i = 0; i < 8 && box.IsValid(); ++i)
  {
    double corner[4] = { 0.0, 0.0, 0.0, 1.0 };
    box.GetCorner(i, corner);
    matrix->MultiplyPoint(corner, corner);
    transformed.AddPoint(corner);
  }
  std::array<double, 6> result;
  transformed.GetBounds(result.data());
  return result;
}

/// Once for each renderer.
void OrderVolumes(vtkRenderer* renderer)
{
  vtkCullerCollection* cullers = renderer->GetCullers();
  vtkCollectionSimpleIterator iterator;
  cullers->InitTraversal(iterator);
  while (vtkCuller* culler = cullers->GetNextCuller(iterator))
  {
    if (vtkNeuralVolumeCuller::SafeDownCast(culler))
    {
      return;
    }
  }
  renderer->AddCuller(vtkNew<vtkNeuralVolumeCuller>());
}

} // namespace

vtkStandardNewMacro(vtkNeuralVolumeRepresentation);

vtkNeuralVolumeRepresentation::vtkNeuralVolumeRepresentation()
{
  this->VolumeMapper = vtk::TakeSmartPointer(vtkNeuralVolumeMapper::New());
  this->Actor = vtk::TakeSmartPointer(vtkNeuralVolume::New());
  this->Actor->SetProperty(this->Property);
  this->Actor->SetMapper(this->VolumeMapper);
}

vtkNeuralVolumeRepresentation::~vtkNeuralVolumeRepresentation() = default;

void vtkNeuralVolumeRepresentation::SetInputArrayToProcess(
  int index, int port, int connection, int association, const char* name)
{
  this->Superclass::SetInputArrayToProcess(index, port, connection, association, name);
  this->MarkModified(); // another array is another model
}

vtkNeuralVolumeMapper* vtkNeuralVolumeRepresentation::GetMapper()
{
  return static_cast<vtkNeuralVolumeMapper*>(this->VolumeMapper.Get());
}

void vtkNeuralVolumeRepresentation::SetInteractiveFrameRate(double picturesPerSecond)
{
  this->GetMapper()->SetInteractiveFrameRate(picturesPerSecond);
}

void vtkNeuralVolumeRepresentation::SetSamplingRate(double samplesPerVoxel)
{
  this->GetMapper()->SetSamplingRate(samplesPerVoxel);
}

void vtkNeuralVolumeRepresentation::SetTimeLimit(double seconds)
{
  this->GetMapper()->SetTimeLimit(seconds);
}

bool vtkNeuralVolumeRepresentation::IsComplete()
{
  return this->GetMapper()->IsComplete();
}

void vtkNeuralVolumeRepresentation::SetBlendMode(int mode)
{
  this->BlendMode = mode;
  this->UpdateBlendMode();
}

void vtkNeuralVolumeRepresentation::SetIntensityProjection(int mode)
{
  this->IntensityProjection = mode;
  this->UpdateBlendMode();
}

void vtkNeuralVolumeRepresentation::UpdateBlendMode()
{
  this->VolumeMapper->SetBlendMode(
    this->BlendMode == vtkVolumeMapper::COMPOSITE_BLEND ? this->IntensityProjection : this->BlendMode);
}

void vtkNeuralVolumeRepresentation::SetShadows(int shadows)
{
  this->GetMapper()->SetShadows(shadows);
}

void vtkNeuralVolumeRepresentation::SetPathTracing(bool on)
{
  this->GetMapper()->SetPathTracing(on);
}

void vtkNeuralVolumeRepresentation::SetSamplesPerPixel(int samples)
{
  this->GetMapper()->SetSamplesPerPixel(samples);
}

void vtkNeuralVolumeRepresentation::SetEnvironmentLight(double light)
{
  this->GetMapper()->SetEnvironmentLight(light);
}

bool vtkNeuralVolumeRepresentation::AddToView(vtkView* view)
{
  if (auto* renderView = vtkPVRenderView::SafeDownCast(view))
  {
    OrderVolumes(renderView->GetRenderer());
  }
  return this->Superclass::AddToView(view);
}

int vtkNeuralVolumeRepresentation::RequestData(
  vtkInformation* request, vtkInformationVector** inputs, vtkInformationVector* outputs)
{
  neuralvolume::Piece piece;
  vtkMath::UninitializeBounds(this->PartBounds);
  if (auto* image = vtkImageData::GetData(inputs[0]))
  {
    vtkStreamingDemandDrivenPipeline::GetWholeExtent(inputs[0]->GetInformationObject(0), piece.WholeExtent.data());
    const vtkSmartPointer<vtkImageData> part = ChoosePart(image, piece.WholeExtent);
    part->GetBounds(this->PartBounds);
    const neuralvolume::Selection selection = this->SelectModels(image);
    this->Complain(selection.Problem);
    if (selection.Problem.empty() && !selection.IsAwaited && part->GetNumberOfPoints() > 0)
    {
      part->GetFieldData()->AddArray(selection.Models);
      piece.Image = part;
    }
  }
  this->Parcel = neuralvolume::Pack(piece);
  return this->vtkVolumeRepresentation::RequestData(request, inputs, outputs);
}

vtkNeuralVolumeRepresentation::SecondArray vtkNeuralVolumeRepresentation::GetSecondArray() const
{
  if (this->UseTransfer2D)
  {
    const std::string name = this->UseGradientForTransfer2D ? std::string() : this->ColorArray2Name;
    return { name, this->ColorArray2FieldAssociation, this->ColorArray2Component };
  }
  return { this->UseSeparateOpacityArray ? this->OpacityArrayName : std::string(), this->OpacityArrayFieldAssociation,
    this->OpacityArrayComponent };
}

neuralvolume::Selection vtkNeuralVolumeRepresentation::SelectModels(vtkImageData* image)
{
  vtkInformation* colors = this->GetInputArrayInformation(0);
  const char* name = colors->Get(vtkDataObject::FIELD_NAME());
  std::vector<std::string> arrays;
  if (name && *name)
  {
    arrays.emplace_back(name);
  }
  const int association = colors->Get(vtkDataObject::FIELD_ASSOCIATION());
  const SecondArray second = this->GetSecondArray();
  if (!second.Name.empty())
  {
    if (second.Association != association)
    {
      return { nullptr, "The array \"" + second.Name +
                          "\" and that of the colours are not both of points or both of "
                          "cells: choose another one." };
    }
    arrays.push_back(second.Name);
  }
  return neuralvolume::Select(image, arrays,
    association == vtkDataObject::FIELD_ASSOCIATION_CELLS ? neuralvolume::Association::Cells
                                                          : neuralvolume::Association::Points);
}

void vtkNeuralVolumeRepresentation::UpdateMapperParameters()
{
  this->Superclass::UpdateMapperParameters();
  // The superclass has selected an array that it would have made of two
  this->VolumeMapper->SelectScalarArray(this->GetInputArrayInformation(0)->Get(vtkDataObject::FIELD_NAME()));
  const SecondArray second = this->GetSecondArray();
  this->GetMapper()->SetSecondArrayName(second.Name);
  this->GetMapper()->SetSecondArrayComponent(second.Component);
}

/// Once, not for each time step.
void vtkNeuralVolumeRepresentation::Complain(const std::string& problem)
{
  if (problem != this->LastProblem && !problem.empty())
  {
    vtkErrorMacro(<< problem);
  }
  this->LastProblem = problem;
}

int vtkNeuralVolumeRepresentation::ProcessViewRequest(
  vtkInformationRequestKey* request, vtkInformation* in, vtkInformation* out)
{
  // The superclass would have every process draw what is in its memory.
  if (!this->vtkVolumeRepresentation::ProcessViewRequest(request, in, out))
  {
    return 0;
  }
  if (request == vtkPVView::REQUEST_UPDATE())
  {
    vtkPVView::SetPiece(in, this, this->Parcel);
    vtkPVRenderView::SetGeometryBounds(in, this, Transform(this->PartBounds, this->Actor->GetMatrix()).data());
    vtkPVRenderView::SetOrderedCompositingConfiguration(in, this, vtkPVRenderView::USE_BOUNDS_FOR_REDISTRIBUTION);
    out->Set(vtkPVRenderView::NEED_ORDERED_COMPOSITING(), 1);
  }
  else if (request == vtkPVView::REQUEST_UPDATE_LOD())
  {
    vtkPVView::SetPieceLOD(in, this, this->Parcel);
  }
  else if (request == vtkPVView::REQUEST_RENDER())
  {
    const bool moving = in->Has(vtkPVRenderView::USE_LOD());
    this->Show(moving ? vtkPVView::GetDeliveredPieceLOD(in, this) : vtkPVView::GetDeliveredPiece(in, this));
    this->UpdateMapperParameters();
  }
  return 1;
}

void vtkNeuralVolumeRepresentation::Show(vtkDataObject* delivered)
{
  if (delivered == this->Shown)
  {
    return;
  }
  this->Shown = delivered;
  auto* parcels = vtkPolyData::SafeDownCast(delivered);
  const neuralvolume::Piece piece = parcels ? neuralvolume::Unpack(parcels) : neuralvolume::Piece();
  this->VolumeMapper->SetInputData(piece.Image.Get());
  if (piece.Image) // the superclass crops by the whole image's bounds
  {
    CopyLattice(piece.Image, piece.WholeExtent)->GetBounds(this->DataBounds);
  }
}
