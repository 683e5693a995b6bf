// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "model/File.h"

#include <doctest/doctest.h>

#include <cstring>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include <csignal>
#include <sys/resource.h>
#include <sys/stat.h>

using namespace neuralvolume;

namespace
{

/// A folder that goes with everything in it.
class Folder
{
public:
  Folder()
  {
    std::string name = (std::filesystem::temp_directory_path() / "neuralvolume-XXXXXX").string();
    this->Path = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(this->Path); }
  std::string File(const char* name) const { return this->Path / name; }
  std::size_t Count() const { return std::size_t(std::distance(std::filesystem::directory_iterator(this->Path), {})); }

private:
  std::filesystem::path Path;
};

std::vector<std::byte> BytesOf(const char* text)
{
  const auto bytes = std::as_bytes(std::span(text, std::strlen(text)));
  return { bytes.begin(), bytes.end() };
}

} // namespace

TEST_CASE("files: written and read; an old file gives way to the new one alone")
{
  const Folder folder;
  WriteFile(BytesOf("old"), folder.File("a.nvol"));
  WriteFile(BytesOf("new one"), folder.File("a.nvol"));
  CHECK(ReadFile(folder.File("a.nvol")) == BytesOf("new one"));
  CHECK(folder.Count() == 1);
}

TEST_CASE("files: a full disk leaves what was there, and nothing else")
{
  const Folder folder;
  const std::string path = folder.File("a.nvol");
  WriteFile(BytesOf("old"), path);
  // A limit on the length of files stands for the full disk: write fails half way.
  rlimit old;
  getrlimit(RLIMIT_FSIZE, &old);
  const rlimit limit{ 1000, old.rlim_max };
  std::signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &limit);
  const std::vector<std::byte> large(5000);
  CHECK_THROWS_WITH_AS(WriteFile(large, path), doctest::Contains(path.c_str()), std::runtime_error);
  setrlimit(RLIMIT_FSIZE, &old);
  std::signal(SIGXFSZ, SIG_DFL);
  CHECK(folder.Count() == 1);
  CHECK(ReadFile(path) == BytesOf("old"));
}

TEST_CASE("files: what cannot be written or read is named, with the reason")
{
  const Folder folder;
  CHECK_THROWS_WITH_AS(WriteFile(BytesOf("new"), folder.File("no/a.nvol")),
    doctest::Contains("No such file or directory"), std::runtime_error);
  CHECK_THROWS_WITH_AS(ReadFile(folder.File("b.nvol")), doctest::Contains("b.nvol"), std::runtime_error);
  CHECK_THROWS_WITH_AS(ReadFile(folder.File(".")), doctest::Contains("Is a directory"), std::runtime_error);
  std::filesystem::create_directory(folder.File("d.nvol"));
  mkfifo(folder.File("e.nvol").c_str(), 0600);
  for (const char* name : { "d.nvol", "e.nvol" })
  {
    CHECK_THROWS_WITH_AS(
      WriteFile(BytesOf("new"), folder.File(name)), doctest::Contains("no regular file"), std::runtime_error);
  }
  CHECK(std::filesystem::is_fifo(folder.File("e.nvol")));
  CHECK(folder.Count() == 2);
}
