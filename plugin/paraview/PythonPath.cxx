// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "PythonPath.h"

#include "vtkPythonInterpreter.h"
#include "vtkSystemIncludes.h"

#include <dlfcn.h>
#include <filesystem>
#include <string>

namespace neuralvolume
{

void AddPythonPath()
{
  Dl_info plugin;
  if (!dladdr(reinterpret_cast<void*>(&AddPythonPath), &plugin))
  {
    vtkGenericWarningMacro("The plugin cannot tell where it was loaded from: its Python package may not be found.");
    return;
  }
  const std::filesystem::path file = std::filesystem::absolute(plugin.dli_fname);
  vtkPythonInterpreter::PrependPythonPath((file.parent_path() / "python").c_str());
}

} // namespace neuralvolume
