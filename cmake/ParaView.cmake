# The ParaView plugin. Installs into <prefix>/lib/paraview-<version>/plugins/NeuralVolume: the plugin, its
# libraries, and beside them, in python/, the package that its filters are written in.
set(NEURALVOLUME_PACKAGE "" CACHE PATH
  "The Python package as pip has installed it, .../site-packages/neuralvolume; it is copied beside the plugin")
if(NOT EXISTS "${NEURALVOLUME_PACKAGE}/__init__.py")
  message(FATAL_ERROR
    "The plugin's filters need the Python package: run 'pip install ${CMAKE_CURRENT_SOURCE_DIR}' in a virtual "
    "environment, then configure with -DNEURALVOLUME_PACKAGE=<its site-packages>/neuralvolume")
endif()

# Debian's ParaView exports a target that links this one, but does not look for it.
if(NOT TARGET Python3::Module)
  add_library(Python3::Module INTERFACE IMPORTED)
endif()
find_package(ParaView 5.11 REQUIRED
  COMPONENTS RemotingCore RemotingServerManager RemotingViews VTKExtensionsCore)
find_package(VTK REQUIRED COMPONENTS PythonInterpreter RenderingOpenGL2 RenderingVolume WrapPython WrappingPythonCore)

include(GNUInstallDirs)
set(BUILD_SHARED_LIBS ON) # ParaView loads plugins at run time
set(CMAKE_CXX_STANDARD 20)
set(plugins_directory "paraview-${ParaView_VERSION_MAJOR}.${ParaView_VERSION_MINOR}/plugins")

paraview_plugin_scan(
  PLUGIN_FILES "${CMAKE_CURRENT_SOURCE_DIR}/plugin/paraview/paraview.plugin"
  PROVIDES_PLUGINS plugins
  ENABLE_BY_DEFAULT ON
  HIDE_PLUGINS_FROM_CACHE ON)
paraview_plugin_build(
  PLUGINS ${plugins}
  LIBRARY_SUBDIRECTORY "${plugins_directory}"
  INSTALL_HEADERS OFF)

# neuralvolume_vtk: the package takes the lazily decoded array from it, scripts in plain VTK the mapper.
set(plugin_directory "${CMAKE_INSTALL_LIBDIR}/${plugins_directory}/NeuralVolume")
vtk_module_wrap_python(
  MODULES NeuralVolume::Data NeuralVolume::Rendering
  PYTHON_PACKAGE neuralvolume_vtk
  MODULE_DESTINATION "${plugin_directory}/python"
  LIBRARY_DESTINATION "${plugin_directory}"
  BUILD_STATIC OFF
  INSTALL_HEADERS OFF)

install(DIRECTORY "${NEURALVOLUME_PACKAGE}"
  DESTINATION "${plugin_directory}/python"
  PATTERN __pycache__ EXCLUDE)
