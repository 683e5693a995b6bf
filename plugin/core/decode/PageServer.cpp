// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "decode/PageServer.h"

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

namespace neuralvolume
{
namespace
{

constexpr std::size_t PartSize = std::size_t(64) << 10; ///< bytes that are filled at a time

[[noreturn]] void Fail()
{
  throw std::system_error(errno, std::system_category(), "memory cannot be filled on demand");
}

std::uintptr_t AddressOf(const void* pointer)
{
  return reinterpret_cast<std::uintptr_t>(pointer);
}

std::size_t PageSize()
{
  return std::size_t(sysconf(_SC_PAGESIZE));
}

/// Faults of the kernel's own, as in write(2), are answered only where the process may do so.
int OpenFaults()
{
  constexpr int flags = O_CLOEXEC | O_NONBLOCK;
  const long all = syscall(SYS_userfaultfd, flags);
  return int(all >= 0 ? all : syscall(SYS_userfaultfd, flags | UFFD_USER_MODE_ONLY));
}

std::size_t RoundUp(std::size_t bytes, std::size_t unit)
{
  return (bytes + unit - 1) / unit * unit;
}

/// A thread started meanwhile receives no signals.
class BlockedSignals
{
public:
  BlockedSignals()
  {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &this->Before);
  }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;
  ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &this->Before, nullptr); }

private:
  sigset_t Before;
};

} // namespace

PageServer::Descriptor::Descriptor(int number)
  : Number(number)
{
  if (number < 0)
  {
    Fail();
  }
}

PageServer::Descriptor::~Descriptor()
{
  close(this->Number);
}

PageServer::PageServer(std::span<std::byte> memory, const Policy& policy, Filler filler)
  : Memory(memory)
  , Fill(std::move(filler))
  , Rules(policy)
  , Faults(OpenFaults())
  , Stop(eventfd(0, EFD_CLOEXEC))
  , Filled(policy.IsFilled ? memory.size() : 0)
  , LastAsked(Clock::now())
  , IsFilled((memory.size() + PartSize - 1) / PartSize, policy.IsFilled)
{
  this->Register();
  const BlockedSignals blocked;
  this->Server = std::thread([this] { this->Serve(); });
}

PageServer::~PageServer()
{
  eventfd_write(this->Stop.Number, 1);
  this->Server.join();
}

void PageServer::FillAll() const
{
  for (std::size_t at = 0; this->Filled < this->Memory.size() && at < this->Memory.size(); at += PartSize)
  {
    static_cast<void>(*static_cast<volatile const std::byte*>(this->Memory.data() + at));
  }
}

void PageServer::Register()
{
  uffdio_api api = {};
  api.api = UFFD_API;
  uffdio_register request = {};
  request.range.start = AddressOf(this->Memory.data());
  request.range.len = RoundUp(this->Memory.size(), PageSize());
  request.mode = UFFDIO_REGISTER_MODE_MISSING;
  if (ioctl(this->Faults.Number, UFFDIO_API, &api) || ioctl(this->Faults.Number, UFFDIO_REGISTER, &request))
  {
    Fail();
  }
}

void PageServer::Serve()
{
  std::array<pollfd, 2> events = { { { this->Faults.Number, POLLIN, 0 }, { this->Stop.Number, POLLIN, 0 } } };
  const int patience = int(this->Rules.Patience.count());
  while (!events[1].revents)
  {
    const bool isIdle = poll(events.data(), events.size(), this->Filled > 0 ? patience : -1) == 0;
    if (events[0].revents)
    {
      this->AnswerFaults();
    }
    else if (isIdle && Clock::now() - this->LastAsked.load() >= this->Rules.Patience)
    {
      this->TakeBack();
    }
  }
}

void PageServer::AnswerFaults()
{
  uffd_msg message;
  while (read(this->Faults.Number, &message, sizeof(message)) == ssize_t(sizeof(message)))
  {
    if (message.event == UFFD_EVENT_PAGEFAULT)
    {
      this->FillPart((message.arg.pagefault.address - AddressOf(this->Memory.data())) / PartSize);
    }
  }
}

/// Of two threads that touch the same part, the second one's fault is answered by what was filled for the first.
void PageServer::FillPart(std::size_t part)
{
  const std::size_t offset = part * PartSize;
  const std::size_t size = std::min(PartSize, this->Memory.size() - offset);
  uffdio_range range = { AddressOf(this->Memory.data() + offset), RoundUp(size, PageSize()) };
  if (!this->IsFilled[part])
  {
    if (this->Filled + size > this->Rules.Limit)
    {
      this->TakeBack();
    }
    this->Buffer.resize(PartSize);
    this->Fill(offset, std::span(this->Buffer).first(size));
    uffdio_copy copy = { range.start, AddressOf(this->Buffer.data()), range.len, UFFDIO_COPY_MODE_DONTWAKE, 0 };
    // Where this fails, as while the process changes its mappings, the thread that waits runs into the same fault.
    this->IsFilled[part] = ioctl(this->Faults.Number, UFFDIO_COPY, &copy) == 0;
    this->Filled += this->IsFilled[part] ? size : 0;
  }
  ioctl(this->Faults.Number, UFFDIO_WAKE, &range);
}

void PageServer::TakeBack()
{
  madvise(this->Memory.data(), this->Memory.size(), MADV_DONTNEED);
  this->IsFilled.assign(this->IsFilled.size(), false);
  this->Filled = 0;
}

} // namespace neuralvolume
