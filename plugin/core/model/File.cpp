// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "model/File.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace neuralvolume
{
namespace
{

[[noreturn]] void Fail(const std::string& what, int error)
{
  throw std::system_error(error, std::generic_category(), what);
}

/// Renaming would put a file in the place of a pipe or a device.
void RequireRegular(const std::string& path)
{
  struct stat status
  {
  };
  if (stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode))
  {
    Fail("cannot write '" + path + "': it is there and is no regular file", EEXIST);
  }
}

/// A name in the final file's folder that no other writer has.
std::string TemporaryName(const std::string& finalPath)
{
  static std::atomic<unsigned> counter = 0;
  return finalPath + "." + std::to_string(getpid()) + "-" + std::to_string(counter++) + ".tmp";
}

/// An open file that is removed unless it was renamed to its final name.
class TemporaryFile
{
public:
  explicit TemporaryFile(const std::string& finalPath)
    : FinalPath(finalPath)
    , Path(TemporaryName(finalPath))
    , Descriptor(open(this->Path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666))
  {
    if (this->Descriptor < 0)
    {
      Fail("cannot write '" + finalPath + "'", errno);
    }
  }

  ~TemporaryFile()
  {
    if (this->Descriptor >= 0)
    {
      close(this->Descriptor);
    }
    if (!this->Renamed)
    {
      unlink(this->Path.c_str());
    }
  }

  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  void Write(std::span<const std::byte> bytes)
  {
    while (!bytes.empty())
    {
      const ssize_t written = write(this->Descriptor, bytes.data(), bytes.size());
      if (written < 0 && errno != EINTR)
      {
        Fail("cannot write '" + this->FinalPath + "'", errno);
      }
      bytes = bytes.subspan(std::size_t(std::max<ssize_t>(written, 0)));
    }
  }

  void Commit()
  {
    const bool done =
      close(std::exchange(this->Descriptor, -1)) == 0 && std::rename(this->Path.c_str(), this->FinalPath.c_str()) == 0;
    if (!done)
    {
      Fail("cannot write '" + this->FinalPath + "'", errno);
    }
    this->Renamed = true;
  }

private:
  std::string FinalPath;
  std::string Path;
  int Descriptor;
  bool Renamed = false;
};

} // namespace

void WriteFile(std::span<const std::byte> bytes, const std::string& path)
{
  RequireRegular(path);
  TemporaryFile file(path);
  file.Write(bytes);
  file.Commit();
}

std::vector<std::byte> ReadFile(const std::string& path)
{
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  struct stat status
  {
  };
  if (!file || fstat(fileno(file.get()), &status) != 0)
  {
    Fail("cannot read '" + path + "'", errno);
  }
  if (!S_ISREG(status.st_mode))
  {
    Fail("cannot read '" + path + "'", S_ISDIR(status.st_mode) ? EISDIR : EINVAL);
  }
  std::vector<std::byte> bytes(std::size_t(status.st_size));
  const std::size_t length = std::fread(bytes.data(), 1, bytes.size(), file.get());
  if (std::ferror(file.get()))
  {
    Fail("cannot read '" + path + "'", errno);
  }
  bytes.resize(length);
  return bytes;
}

} // namespace neuralvolume
