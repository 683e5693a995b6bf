// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "model/Header.h"

#include "model/Decimal.h"
#include "model/Fields.h"
#include "model/Validate.h"

#include <cmath>
#include <limits>
#include <stdexcept>

namespace neuralvolume
{
namespace
{

Json NumberOrNull(double value)
{
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json ToJson(const NetworkConfig& network)
{
  return { { "levels", network.Levels }, { "features_per_level", network.FeaturesPerLevel },
    { "log2_hashmap_size", network.Log2HashmapSize }, { "base_resolution", network.BaseResolution },
    { "per_level_scale", ShortestDecimal(network.PerLevelScale) }, { "width", network.Width },
    { "hidden_layers", network.HiddenLayers }, { "outputs", network.Outputs } };
}

NetworkConfig ReadNetwork(const Fields& fields)
{
  NetworkConfig network;
  fields.Read("levels", network.Levels);
  fields.Read("features_per_level", network.FeaturesPerLevel);
  fields.Read("log2_hashmap_size", network.Log2HashmapSize);
  fields.Read("base_resolution", network.BaseResolution);
  fields.Read("per_level_scale", network.PerLevelScale);
  fields.Read("width", network.Width);
  fields.Read("hidden_layers", network.HiddenLayers);
  fields.Read("outputs", network.Outputs);
  return network;
}

Json ToJson(const Geometry& geometry)
{
  return { { "extent", geometry.Extent }, { "origin", geometry.Origin }, { "spacing", geometry.Spacing },
    { "direction", geometry.Direction } };
}

Geometry ReadGeometry(const Fields& fields)
{
  Geometry geometry;
  fields.Read("extent", geometry.Extent);
  fields.Read("origin", geometry.Origin);
  fields.Read("spacing", geometry.Spacing);
  fields.Read("direction", geometry.Direction);
  return geometry;
}

Json ToJson(const std::vector<ValueRange>& ranges, ScalarType type)
{
  const auto toDecimal = [type](double value)
  { return type == ScalarType::Float32 ? ShortestDecimal(float(value)) : value; };
  Json json = Json::array();
  for (const ValueRange& range : ranges)
  {
    json.push_back({ toDecimal(range.Minimum), toDecimal(range.Maximum) });
  }
  return json;
}

Json ToJson(const ArrayInfo& array)
{
  Json json = { { "name", array.Name }, { "type", NameOf(array.Type) },
    { "association", array.Kind == Association::Cells ? "cells" : "points" },
    { "ranges", ToJson(array.Ranges, array.Type) } };
  if (array.GetDecodedRanges() != array.Ranges)
  {
    json["decoded_ranges"] = ToJson(array.Decoded.Components, array.Type);
  }
  if (array.Decoded.Norm)
  {
    json["decoded_norm"] = { array.Decoded.Norm->Minimum, array.Decoded.Norm->Maximum };
  }
  if (!array.ComponentNames.empty())
  {
    json["component_names"] = array.ComponentNames;
  }
  return json;
}

std::vector<ValueRange> ReadRanges(const Fields& fields, const char* key, ScalarType type)
{
  std::vector<ValueRange> ranges;
  for (const Json& field : fields.GetList(key))
  {
    std::array<double, 2> range;
    fields.ToArray(key, field, range);
    if (type == ScalarType::Float32)
    {
      range = { float(range[0]), float(range[1]) };
    }
    ranges.push_back({ range[0], range[1] });
  }
  return ranges;
}

ArrayInfo ReadArray(const Fields& fields)
{
  ArrayInfo array;
  std::string type, association;
  fields.Read("name", array.Name);
  fields.Read("type", type);
  array.Type = ScalarTypeFromName(type);
  fields.Read("association", association);
  if (association != "points" && association != "cells")
  {
    fields.Fail("association", "is neither 'points' nor 'cells'");
  }
  array.Kind = association == "cells" ? Association::Cells : Association::Points;
  array.Ranges = ReadRanges(fields, "ranges", array.Type);
  if (fields.Has("decoded_ranges"))
  {
    array.Decoded.Components = ReadRanges(fields, "decoded_ranges", array.Type);
  }
  if (fields.Has("decoded_norm"))
  {
    std::array<double, 2> range;
    fields.Read("decoded_norm", range);
    array.Decoded.Norm = ValueRange{ range[0], range[1] };
  }
  if (fields.Has("component_names"))
  {
    fields.Read("component_names", array.ComponentNames);
  }
  return array;
}

Json ToJson(const ErrorHistogram& histogram)
{
  return { { "bin_width", histogram.BinWidth }, { "counts", histogram.Counts } };
}

Json ToJson(const FitReport& report)
{
  Json json = { { "psnr", NumberOrNull(report.Psnr) }, { "ssim", NumberOrNull(report.Ssim) },
    { "maximum_error", report.MaximumError }, { "percentile_999_error", NumberOrNull(report.Percentile999Error) },
    { "mean_error", NumberOrNull(report.MeanError) }, { "error_histogram", ToJson(report.Histogram) },
    { "steps", report.Steps }, { "seed", report.Seed }, { "backend", report.Backend },
    { "stop_reason", report.StopReason } };
  if (report.NetworkPsnr)
  {
    json["network_psnr"] = NumberOrNull(*report.NetworkPsnr);
  }
  return json;
}

double ReadNumberOr(const Fields& fields, const char* key, double valueOfNull)
{
  double value = valueOfNull;
  if (!fields.Get(key).is_null())
  {
    fields.Read(key, value);
  }
  return value;
}

ErrorHistogram ReadHistogram(const Fields& fields)
{
  ErrorHistogram histogram;
  fields.Read("bin_width", histogram.BinWidth);
  fields.Read("counts", histogram.Counts);
  return histogram;
}

FitReport ReadReport(const Fields& fields, std::uint32_t version)
{
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  FitReport report;
  report.Psnr = ReadNumberOr(fields, "psnr", std::numeric_limits<double>::infinity());
  if (fields.Has("network_psnr"))
  {
    report.NetworkPsnr = ReadNumberOr(fields, "network_psnr", std::numeric_limits<double>::infinity());
  }
  report.Ssim = ReadNumberOr(fields, "ssim", nan);
  fields.Read("maximum_error", report.MaximumError);
  if (version > 1)
  {
    report.Percentile999Error = ReadNumberOr(fields, "percentile_999_error", nan);
    report.MeanError = ReadNumberOr(fields, "mean_error", nan);
    report.Histogram = ReadHistogram(fields.GetObject("error_histogram"));
  }
  fields.Read("steps", report.Steps);
  fields.Read("seed", report.Seed);
  fields.Read("backend", report.Backend);
  fields.Read("stop_reason", report.StopReason);
  return report;
}

/// Left out where it is what the array says.
std::uint64_t ReadOriginalBytes(const Fields& report, const Model& model)
{
  std::uint64_t bytes = model.GetValueBytes();
  if (report.Has("original_bytes"))
  {
    report.Read("original_bytes", bytes);
  }
  return bytes;
}

std::optional<Residual> ReadResidual(const Fields& fields)
{
  Residual residual;
  fields.Read("bound", residual.Bound);
  fields.Read("unit", residual.Unit);
  fields.Read("constants", residual.Constants);
  fields.Read("lattice", residual.Scheme.Lattice);
  return residual;
}

Json ToJson(const std::vector<SectionEntry>& table)
{
  Json list = Json::array();
  for (const SectionEntry& entry : table)
  {
    list.push_back({ { "name", entry.Name }, { "encoding", entry.Encoding }, { "length", entry.Length } });
  }
  return list;
}

std::vector<SectionEntry> ReadTable(const Json& list)
{
  std::vector<SectionEntry> table;
  for (const Json& object : list)
  {
    const Fields fields(object, "sections");
    SectionEntry& entry = table.emplace_back();
    fields.Read("name", entry.Name);
    fields.Read("encoding", entry.Encoding);
    fields.Read("length", entry.Length);
  }
  return table;
}

void WriteWholeNumbersAsIntegers(Json& json)
{
  constexpr double largest = 0x1p53;
  for (Json& part : json)
  {
    if (part.is_structured())
    {
      WriteWholeNumbersAsIntegers(part);
    }
    else if (part.is_number_float() && std::abs(double(part)) <= largest && std::trunc(double(part)) == double(part))
    {
      part = std::int64_t(double(part));
    }
  }
}

Json Parse(std::string_view text)
{
  try
  {
    return Json::parse(text);
  }
  catch (const Json::exception& error)
  {
    throw std::runtime_error(std::string("the header is not JSON: ") + error.what());
  }
}

} // namespace

std::string WriteHeader(const Model& model, const std::vector<SectionEntry>& table)
{
  Json header = { { "network", ToJson(model.Network) }, { "geometry", ToJson(model.Geometry) },
    { "array", ToJson(model.Array) }, { "macro_cells", { { "cell_size", model.MacroCells.CellSize } } },
    { "report", ToJson(Rounded(model.Report)) }, { "sections", ToJson(table) } };
  if (model.Time)
  {
    header["time"] = *model.Time;
  }
  if (model.Report.OriginalBytes != model.GetValueBytes())
  {
    header["report"]["original_bytes"] = model.Report.OriginalBytes;
  }
  if (model.Residual)
  {
    header["residual"] = { { "bound", model.Residual->Bound }, { "unit", model.Residual->Unit },
      { "constants", model.Residual->Constants }, { "lattice", model.Residual->Scheme.Lattice } };
  }
  WriteWholeNumbersAsIntegers(header);
  try
  {
    return header.dump();
  }
  catch (const Json::exception& error)
  {
    throw std::invalid_argument(std::string("the array's name or the report is not UTF-8 text: ") + error.what());
  }
}

Header ReadHeader(std::string_view text, std::uint32_t version)
{
  const Json json = Parse(text);
  const Fields fields(json, "");
  Header header;
  Model& model = header.Description;
  model.Network = ReadNetwork(fields.GetObject("network"));
  model.Geometry = ReadGeometry(fields.GetObject("geometry"));
  model.Array = ReadArray(fields.GetObject("array"));
  if (fields.Has("time"))
  {
    fields.Read("time", model.Time.emplace());
  }
  const Fields report = fields.GetObject("report");
  model.Report = ReadReport(report, version);
  fields.GetObject("macro_cells").Read("cell_size", model.MacroCells.CellSize);
  if (fields.Has("residual"))
  {
    model.Residual = ReadResidual(fields.GetObject("residual"));
  }
  ValidateDescription(model);
  model.Report.OriginalBytes = ReadOriginalBytes(report, model);
  model.MacroCells.Dimensions = MacroCellDimensions(model.GetDimensions(), model.MacroCells.CellSize);
  header.Table = ReadTable(fields.GetList("sections"));
  return header;
}

} // namespace neuralvolume
