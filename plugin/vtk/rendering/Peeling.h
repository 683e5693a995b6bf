// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "FrameBuffer.h"
#include "Stretch.h"
#include "render/Image.h"

#include "vtkNew.h"

#include <array>
#include <map>
#include <memory>
#include <string>

class vtkOpenGLFramebufferObject;
class vtkOpenGLQuadHelper;
class vtkOpenGLRenderPass;
class vtkOpenGLRenderWindow;
class vtkTextureObject;
class vtkVolume;
class vtkVolumeMapper;
class vtkWindow;

namespace neuralvolume
{

/// A volume's part in vtkDualDepthPeelingPass, which draws translucent surfaces and volumes in turns, layer by layer
/// (Bavoil and Myers 2008).
///
/// The pass completes the shaders of volume mappers with code that calls castRay(near, far) for up to two
/// stretches of a pixel's ray, which lie before the nearest and behind the farthest layers, and puts what it gets
/// into the pass's buffers. That code runs here twice: first to write down the stretches, then to fetch their
/// colours from pictures that were drawn in between.
class Peeling
{
public:
  static constexpr std::size_t MaxStretches = 2;

  Peeling();
  ~Peeling();

  /// The pass that volumes are drawn in at present; null where they are drawn by themselves.
  static vtkOpenGLRenderPass* GetPass(vtkVolume* volume);

  /// The stretches that the pass wants now, of a picture as large as the viewport.
  std::array<Stretch, MaxStretches> Ask(
    vtkOpenGLRenderWindow* window, const Viewport& viewport, vtkVolumeMapper* mapper, vtkVolume* volume);

  /// Gives it their pictures.
  void Answer(vtkOpenGLRenderWindow* window, const std::array<Image, MaxStretches>& pictures, vtkVolumeMapper* mapper,
    vtkVolume* volume);

  void ReleaseGraphicsResources(vtkWindow* window);

private:
  void Run(const char* castRay, vtkOpenGLRenderWindow* window, vtkVolumeMapper* mapper, vtkVolume* volume);
  vtkOpenGLQuadHelper& Compile(const std::string& shader, vtkOpenGLRenderWindow* window);

  vtkNew<vtkOpenGLFramebufferObject> Notes; ///< what is asked for is written down here
  vtkNew<vtkTextureObject> NotesTexture;
  std::array<vtkNew<vtkTextureObject>, MaxStretches> Pictures;
  std::map<std::string, std::unique_ptr<vtkOpenGLQuadHelper>> Quads; ///< for each shader
};

} // namespace neuralvolume
