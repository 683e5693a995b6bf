// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace neuralvolume
{

/// Writes beside path, then renames: path holds all the bytes or what it held before. What is there already must be
/// a regular file. Throws std::system_error that names path and the system's reason.
void WriteFile(std::span<const std::byte> bytes, const std::string& path);

/// All of a regular file. Throws std::system_error that names path and the system's reason.
std::vector<std::byte> ReadFile(const std::string& path);

} // namespace neuralvolume
