// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Bindings.h"

#include <system_error>

namespace nb = nanobind;

NB_MODULE(_core, module)
{
  using namespace neuralvolume;
  module.doc() = "NeuralVolume's compiled core.";
  module.attr("__version__") = NEURALVOLUME_VERSION;
  nb::register_exception_translator(
    [](const std::exception_ptr& pointer, void*)
    {
      try
      {
        std::rethrow_exception(pointer);
      }
      catch (const std::system_error& error)
      {
        // The constructor picks FileNotFoundError, PermissionError, ... by the number.
        const nb::object exception = nb::handle(PyExc_OSError)(error.code().value(), error.what());
        PyErr_SetObject(nb::handle(PyObject_Type(exception.ptr())).ptr(), exception.ptr());
      }
    });
  BindNetwork(module);
  BindVolume(module);
  BindModel(module);
  BindQuality(module);
  BindFit(module);
  BindRender(module);
}
