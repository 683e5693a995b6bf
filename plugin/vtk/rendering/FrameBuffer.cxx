// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "FrameBuffer.h"

#include "OpenGL.h"

#include "vtkOpenGLQuadHelper.h"
#include "vtkOpenGLRenderWindow.h"
#include "vtkOpenGLShaderCache.h"
#include "vtkOpenGLState.h"
#include "vtkRenderer.h"
#include "vtkShaderProgram.h"

namespace neuralvolume
{
namespace
{

constexpr const char* FragmentShader = R"(//VTK::System::Dec
//VTK::Output::Dec
in vec2 texCoord;
uniform sampler2D picture;
void main()
{
  vec4 color = texelFetch(picture, ivec2(texCoord * vec2(textureSize(picture, 0))), 0);
  if (color.a == 0.0)
  {
    discard;
  }
  gl_FragData[0] = color;
})";

bool IsDrawnMultisampled()
{
  GLint samples = 0;
  glGetIntegerv(GL_SAMPLES, &samples);
  return samples > 1;
}

} // namespace

Viewport::Viewport(vtkRenderer* renderer)
{
  renderer->GetTiledSizeAndOrigin(&this->Width, &this->Height, &this->X, &this->Y);
}

std::vector<float> ReadDepth(vtkOpenGLRenderWindow* window, const Viewport& viewport)
{
  std::vector<float> depth(std::size_t(viewport.Width) * viewport.Height);
  if (IsDrawnMultisampled()) // such a buffer cannot be read: let the window resolve its own
  {
    window->GetZbufferData(
      viewport.X, viewport.Y, viewport.X + viewport.Width - 1, viewport.Y + viewport.Height - 1, depth.data());
    return depth;
  }
  GLint drawn = 0;
  glGetIntegerv(GL_DRAW_FRAMEBUFFER_BINDING, &drawn);
  vtkOpenGLState* state = window->GetState();
  state->PushReadFramebufferBinding();
  state->vtkglBindFramebuffer(GL_READ_FRAMEBUFFER, GLuint(drawn));
  state->vtkglPixelStorei(GL_PACK_ALIGNMENT, 1);
  glReadPixels(viewport.X, viewport.Y, viewport.Width, viewport.Height, GL_DEPTH_COMPONENT, GL_FLOAT, depth.data());
  state->PopReadFramebufferBinding();
  return depth;
}

Blender::Blender() = default;
Blender::~Blender() = default;

void Blender::Draw(vtkOpenGLRenderWindow* window, const Viewport& viewport, const Image& image)
{
  this->Texture->SetContext(window);
  this->Texture->Create2DFromRaw(
    unsigned(image.Width), unsigned(image.Height), 4, VTK_FLOAT, const_cast<Rgba*>(image.Pixels.data()));
  if (!this->Quad)
  {
    this->Quad = std::make_unique<vtkOpenGLQuadHelper>(window, nullptr, FragmentShader, nullptr);
  }

  vtkOpenGLState* state = window->GetState();
  vtkOpenGLState::ScopedglEnableDisable depthTest(state, GL_DEPTH_TEST);
  vtkOpenGLState::ScopedglEnableDisable blend(state, GL_BLEND);
  vtkOpenGLState::ScopedglDepthMask depthMask(state);
  vtkOpenGLState::ScopedglBlendFuncSeparate function(state);
  vtkOpenGLState::ScopedglViewport rectangle(state);
  state->vtkglDisable(GL_DEPTH_TEST);
  state->vtkglEnable(GL_BLEND);
  state->vtkglDepthMask(GL_FALSE);
  state->vtkglBlendFuncSeparate(GL_ONE, GL_ONE_MINUS_SRC_ALPHA, GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
  state->vtkglViewport(viewport.X, viewport.Y, viewport.Width, viewport.Height);

  window->GetShaderCache()->ReadyShaderProgram(this->Quad->Program);
  this->Texture->Activate();
  this->Quad->Program->SetUniformi("picture", this->Texture->GetTextureUnit());
  this->Quad->Render();
  this->Texture->Deactivate();
}

void Blender::ReleaseGraphicsResources(vtkWindow* window)
{
  this->Quad.reset();
  this->Texture->ReleaseGraphicsResources(window);
}

} // namespace neuralvolume
