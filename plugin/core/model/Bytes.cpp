// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "model/Bytes.h"

#include "model/Frame.h"
#include "model/Header.h"
#include "model/Sections.h"
#include "model/Validate.h"

#include <algorithm>
#include <new>
#include <stdexcept>

namespace neuralvolume
{
namespace
{

Model ReadModel(std::span<const std::byte> bytes)
{
  const Frame frame = ReadFrame(bytes);
  Header header = ReadHeader(frame.Header, frame.Version);
  ReadSections(header.Table, frame.Sections, header.Description);
  Validate(header.Description);
  return std::move(header.Description);
}

/// What function reads, or why it could not.
template <typename Function>
auto ReadOrSayWhy(Function&& function)
{
  const std::string problem = "this is not a whole neural volume: ";
  try
  {
    return function();
  }
  catch (const std::bad_alloc&)
  {
    throw std::runtime_error("there is not enough memory for this neural volume");
  }
  catch (const std::exception& error)
  {
    throw std::runtime_error(problem + error.what());
  }
}

} // namespace

std::vector<std::byte> Serialize(const Model& model)
{
  Validate(model);
  const Sections sections = WriteSections(model);
  return WriteFrame(WriteHeader(model, sections.Table), sections.Bytes);
}

Model Deserialize(std::span<const std::byte> bytes)
{
  return ReadOrSayWhy([&] { return ReadModel(bytes); });
}

Model Describe(std::span<const std::byte> bytes)
{
  return ReadOrSayWhy(
    [&]
    {
      const Frame frame = ReadFrame(bytes);
      return ReadHeader(frame.Header, frame.Version).Description;
    });
}

std::vector<std::span<const std::byte>> SplitModels(std::span<const std::byte> bytes)
{
  return ReadOrSayWhy(
    [&]
    {
      std::vector<std::span<const std::byte>> models;
      do
      {
        models.push_back(FirstFrame(bytes));
        bytes = bytes.subspan(models.back().size());
      } while (!bytes.empty());
      return models;
    });
}

std::vector<std::byte> WithoutResidual(std::span<const std::byte> bytes)
{
  return ReadOrSayWhy(
    [&]
    {
      const Frame frame = ReadFrame(bytes);
      Header header = ReadHeader(frame.Header, frame.Version);
      if (!header.Description.Residual)
      {
        return std::vector(bytes.begin(), bytes.end());
      }
      header.Description.Residual.reset();
      Sections kept;
      std::span<const std::byte> rest = frame.Sections;
      for (const SectionEntry& entry : header.Table)
      {
        const std::span<const std::byte> section = rest.first(std::min<std::uint64_t>(entry.Length, rest.size()));
        rest = rest.subspan(section.size());
        if (entry.Name != "residual")
        {
          kept.Table.push_back(entry);
          kept.Bytes.insert(kept.Bytes.end(), section.begin(), section.end());
        }
      }
      return WriteFrame(WriteHeader(header.Description, kept.Table), kept.Bytes);
    });
}

} // namespace neuralvolume
