// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "render/Image.h"

#include "vtkNew.h"
#include "vtkTextureObject.h"

#include <memory>
#include <vector>

class vtkOpenGLQuadHelper;
class vtkOpenGLRenderWindow;
class vtkRenderer;
class vtkWindow;

/// What passes between the core's pictures and the frame buffer that a renderer draws to.
namespace neuralvolume
{

/// The part of the frame buffer that a renderer covers, of the present tile where the window is tiled. Pixels.
struct Viewport
{
  int X, Y, Width, Height;

  explicit Viewport(vtkRenderer* renderer);
};

/// Window depths in [0, 1], row 0 at the bottom, of what has been drawn so far.
std::vector<float> ReadDepth(vtkOpenGLRenderWindow* window, const Viewport& viewport);

/// Puts a picture over what has been drawn so far.
class Blender
{
public:
  Blender();
  ~Blender();

  void Draw(vtkOpenGLRenderWindow* window, const Viewport& viewport, const Image& image);
  void ReleaseGraphicsResources(vtkWindow* window);

private:
  vtkNew<vtkTextureObject> Texture;
  std::unique_ptr<vtkOpenGLQuadHelper> Quad;
};

} // namespace neuralvolume
