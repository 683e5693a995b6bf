// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Peeling.h"

#include "OpenGL.h"

#include "vtkDualDepthPeelingPass.h"
#include "vtkInformation.h"
#include "vtkInformationObjectBaseVectorKey.h"
#include "vtkOpenGLFramebufferObject.h"
#include "vtkOpenGLQuadHelper.h"
#include "vtkOpenGLRenderPass.h"
#include "vtkOpenGLRenderWindow.h"
#include "vtkOpenGLShaderCache.h"
#include "vtkOpenGLState.h"
#include "vtkShaderProgram.h"
#include "vtkTextureObject.h"
#include "vtkVolume.h"
#include "vtkVolumeMapper.h"

namespace neuralvolume
{
namespace
{

/// What the pass's code expects around it; see vtkVolumeShaderComposer and raycasterfs.glsl.
constexpr const char* ShaderBegin = R"(//VTK::System::Dec
//VTK::Output::Dec
in vec2 texCoord;
#define in_inverseWindowSize (texCoord / gl_FragCoord.xy)
uniform sampler2D stretch0;
uniform sampler2D stretch1;
//VTK::DepthPeeling::Dec
const float g_opacityThreshold = 1.0;
int stretches = 0;
vec4 notes = vec4(0.0);
void initializeRayCast()
{
}
)";

constexpr const char* NoteDown = R"(vec4 castRay(float zNear, float zFar)
{
  if (stretches++ == 0)
  {
    notes.xy = vec2(zNear, zFar);
  }
  else
  {
    notes.zw = vec2(zNear, zFar);
  }
  return vec4(0.0);
}
void main()
{
  //VTK::CallWorker::Impl
  gl_FragData[0] = notes;
}
)";

constexpr const char* LookUp = R"(vec4 castRay(float zNear, float zFar)
{
  ivec2 pixel = ivec2(gl_FragCoord.xy);
  return stretches++ == 0 ? texelFetch(stretch0, pixel, 0) : texelFetch(stretch1, pixel, 0);
}
void main()
{
  //VTK::CallWorker::Impl
}
)";

std::array<Stretch, Peeling::MaxStretches> Split(const std::vector<Rgba>& notes)
{
  std::array<Stretch, Peeling::MaxStretches> stretches;
  for (std::size_t i = 0; i < stretches.size(); ++i)
  {
    for (const Rgba& pixel : notes)
    {
      stretches[i].Near.push_back(pixel[2 * i]);
      stretches[i].Far.push_back(pixel[2 * i + 1]);
    }
  }
  return stretches;
}

} // namespace

Peeling::Peeling() = default;
Peeling::~Peeling() = default;

vtkOpenGLRenderPass* Peeling::GetPass(vtkVolume* volume)
{
  vtkInformation* keys = volume->GetPropertyKeys();
  const int passes = keys ? keys->Length(vtkOpenGLRenderPass::RenderPasses()) : 0;
  for (int i = 0; i < passes; ++i)
  {
    if (auto* pass = vtkDualDepthPeelingPass::SafeDownCast(keys->Get(vtkOpenGLRenderPass::RenderPasses(), i)))
    {
      return pass;
    }
  }
  return nullptr;
}

std::array<Stretch, Peeling::MaxStretches> Peeling::Ask(
  vtkOpenGLRenderWindow* window, const Viewport& viewport, vtkVolumeMapper* mapper, vtkVolume* volume)
{
  this->NotesTexture->SetContext(window);
  this->NotesTexture->Allocate2D(unsigned(viewport.Width), unsigned(viewport.Height), 4, VTK_FLOAT);
  vtkOpenGLState* state = window->GetState();
  state->PushFramebufferBindings();
  this->Notes->SetContext(window);
  this->Notes->Bind();
  this->Notes->AddColorAttachment(0, this->NotesTexture);
  this->Notes->ActivateDrawBuffer(0);
  this->Notes->ActivateReadBuffer(0);
  {
    vtkOpenGLState::ScopedglClearColor clearColor(state);
    vtkOpenGLState::ScopedglEnableDisable blend(state, GL_BLEND);
    state->vtkglClearColor(0.0f, 0.0f, 0.0f, 0.0f);
    state->vtkglClear(GL_COLOR_BUFFER_BIT);
    state->vtkglDisable(GL_BLEND);
    this->Run(NoteDown, window, mapper, volume);
  }
  std::vector<Rgba> notes(std::size_t(viewport.Width) * viewport.Height);
  state->vtkglPixelStorei(GL_PACK_ALIGNMENT, 1);
  glReadPixels(0, 0, viewport.Width, viewport.Height, GL_RGBA, GL_FLOAT, notes.data());
  state->PopFramebufferBindings();
  return Split(notes);
}

void Peeling::Answer(vtkOpenGLRenderWindow* window, const std::array<Image, MaxStretches>& pictures,
  vtkVolumeMapper* mapper, vtkVolume* volume)
{
  for (std::size_t i = 0; i < MaxStretches; ++i)
  {
    this->Pictures[i]->SetContext(window);
    this->Pictures[i]->Create2DFromRaw(unsigned(pictures[i].Width), unsigned(pictures[i].Height), 4, VTK_FLOAT,
      const_cast<Rgba*>(pictures[i].Pixels.data()));
    this->Pictures[i]->Activate();
  }
  this->Run(LookUp, window, mapper, volume);
  for (const auto& picture : this->Pictures)
  {
    picture->Deactivate();
  }
}

/// Runs the pass's code on all pixels, into the buffers that are bound.
void Peeling::Run(const char* castRay, vtkOpenGLRenderWindow* window, vtkVolumeMapper* mapper, vtkVolume* volume)
{
  vtkOpenGLRenderPass* pass = GetPass(volume);
  std::string vertexShader;
  std::string geometryShader;
  std::string shader = std::string(ShaderBegin) + castRay;
  pass->PreReplaceShaderValues(vertexShader, geometryShader, shader, mapper, volume);
  pass->PostReplaceShaderValues(vertexShader, geometryShader, shader, mapper, volume);

  vtkOpenGLState* state = window->GetState();
  vtkOpenGLState::ScopedglEnableDisable cullFace(state, GL_CULL_FACE);
  vtkOpenGLState::ScopedglEnableDisable depthTest(state, GL_DEPTH_TEST);
  state->vtkglDisable(GL_CULL_FACE);
  state->vtkglDisable(GL_DEPTH_TEST);

  vtkOpenGLQuadHelper& quad = this->Compile(shader, window);
  window->GetShaderCache()->ReadyShaderProgram(quad.Program);
  if (castRay == LookUp)
  {
    quad.Program->SetUniformi("stretch0", this->Pictures[0]->GetTextureUnit());
    quad.Program->SetUniformi("stretch1", this->Pictures[1]->GetTextureUnit());
  }
  pass->SetShaderParameters(quad.Program, mapper, volume, nullptr);
  quad.Render();
}

vtkOpenGLQuadHelper& Peeling::Compile(const std::string& shader, vtkOpenGLRenderWindow* window)
{
  std::unique_ptr<vtkOpenGLQuadHelper>& quad = this->Quads[shader];
  if (!quad)
  {
    quad = std::make_unique<vtkOpenGLQuadHelper>(window, nullptr, shader.c_str(), nullptr);
  }
  return *quad;
}

void Peeling::ReleaseGraphicsResources(vtkWindow* window)
{
  this->Quads.clear();
  this->Notes->ReleaseGraphicsResources(window);
  this->NotesTexture->ReleaseGraphicsResources(window);
  for (const auto& picture : this->Pictures)
  {
    picture->ReleaseGraphicsResources(window);
  }
}

} // namespace neuralvolume
