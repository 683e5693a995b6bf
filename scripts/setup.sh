# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
#
# Sets up a checkout on Debian 12, step by step; sourced by scripts/demo and scripts/test.
# All it makes lies in build/; each step is skipped while what it was made from is unchanged.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
build=$root/build
logs=$build/logs
venv=$build/venv

packages=(
  # to build
  g++ cmake ninja-build pkg-config paraview-dev python3-paraview python3-dev python3-venv python3-numpy
  libopenmpi-dev libdouble-conversion-dev libx11-dev libgl-dev libglx-dev libopengl-dev libglew-dev libfreetype-dev
  libtbb-dev libhwy-dev nlohmann-json3-dev libzstd-dev libxxhash-dev ca-certificates
  # to run, on a screen or a virtual one
  paraview openmpi-bin xvfb xauth libgl1-mesa-dri
  # a real volume
  mricron-data
)
cmake_options=(
  "-DCMAKE_INSTALL_PREFIX=$build/install"
  -DCMAKE_BUILD_TYPE=Release
  -DNEURALVOLUME_PARAVIEW=ON
  "-DNEURALVOLUME_PACKAGE=$venv/lib/python3.11/site-packages/neuralvolume"
)

# A virtual screen; one that resets when its last window closes may refuse the next.
on_screen=(xvfb-run -a -s '-screen 0 1600x1000x24 -noreset')

fail() {
  printf '\n%s\n' "$*" >&2
  exit 1
}

# step LOG WHAT COMMAND...: say WHAT, run COMMAND into the log, show the log's tail if it fails
step() {
  local log=$logs/$1.log what=$2 start=$SECONDS
  shift 2
  printf '%s ... ' "$what"
  if ! "$@" >"$log" 2>&1 </dev/null; then
    printf 'failed\n\n' && tail -n 30 "$log" >&2
    fail "$what: failed. The whole log is in $log"
  fi
  printf 'done (%d s)\n' $((SECONDS - start))
}

# fresh NAME KEY: whether the step NAME was last done from what KEY says
fresh() { [ "$(cat "$build/stamps/$1" 2>/dev/null)" = "$2" ]; }
stamp() { printf '%s\n' "$2" >"$build/stamps/$1"; }

# contents PATH...: one hash over the names and contents of the files below
contents() {
  (cd "$root" && find "$@" -name __pycache__ -prune -o -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum)
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    echo "To install packages, run this as root or install sudo: $*"
    return 1
  fi
}

check_system() {
  local system='an unknown system'
  [ -r /etc/os-release ] && system=$(. /etc/os-release && echo "${ID:-} ${VERSION_ID:-}")
  [ "$system" = "debian 12" ] || fail "These scripts set up Debian 12 (bookworm); this is $system." \
    "README.md tells how to build by hand."
}

# A build folder knows where it lies: after the checkout was moved it is made anew.
prepare_build() {
  mkdir -p "$build/stamps"
  if ! fresh root "$root"; then
    rm -rf "$build"/{stamps,venv,package,plugin,install}
    mkdir -p "$build/stamps"
    stamp root "$root"
  fi
  mkdir -p "$logs"
}

install_packages() {
  local missing=() package
  for package in "${packages[@]}"; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  [ ${#missing[@]} = 0 ] && return
  step apt-update "Debian's package lists" as_root apt-get update
  step apt-install "Debian packages (${#missing[@]} to install; a few minutes on a new machine)" \
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"
}

# Debian's numpy is the one that ParaView's Python uses, so pip must not bring another.
make_venv() {
  local numpy
  numpy=$(/usr/bin/python3 -c 'import numpy; print(numpy.__version__)')
  fresh venv "$numpy" && return
  rm -f "$build"/stamps/{package,test-tools}
  step venv "Python environment" /usr/bin/python3 -m venv --clear --system-site-packages "$venv"
  echo "numpy==$numpy" >"$venv/constraints.txt"
  stamp venv "$numpy"
}

pip_install() {
  "$venv/bin/python" -m pip install --disable-pip-version-check --constraint "$venv/constraints.txt" "$@"
}

# project_requirements KEY...: the list of packages at that place of pyproject.toml
project_requirements() {
  /usr/bin/python3 -c '
import functools, sys, tomllib
with open(sys.argv[1], "rb") as file:
    print(*functools.reduce(dict.__getitem__, sys.argv[2:], tomllib.load(file)), sep="\n")' "$root/pyproject.toml" "$@"
}

# Two steps, because a build without isolation finds its tools where they were the last time, and is incremental.
install_package() {
  local key requirements
  key=$(contents pyproject.toml README.md CMakeLists.txt plugin/core python)
  fresh package "$key" && return
  readarray -t requirements < <(project_requirements build-system requires)
  step build-requirements "Build tools of the Python package" pip_install "${requirements[@]}"
  step package "Python package (compiles the core)" pip_install --no-build-isolation \
    --config-settings=build-dir="$build/package" "$root"
  stamp package "$key"
}

build_plugin() {
  step configure "Configuring the plugin" cmake -S "$root" -B "$build/plugin" -G Ninja "${cmake_options[@]}"
  step build "Building the plugin" cmake --build "$build/plugin"
  step install "Installing the plugin" cmake --install "$build/plugin"
}

set_up() {
  check_system
  prepare_build
  install_packages
  make_venv
  install_package
  build_plugin
}
