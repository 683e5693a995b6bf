// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"
#include "network/Evaluator.h"

#include <nanobind/nanobind.h>

#include <memory>
#include <optional>
#include <span>

namespace neuralvolume
{

/// What Python calls a Model: one whose network does not change, with its evaluator.
class PythonModel
{
public:
  explicit PythonModel(Model model);

  const Model& GetModel() const { return this->TheModel; }
  const Evaluator& GetEvaluator() const { return *this->TheEvaluator; }

  void SetMacroCells(const MacroCells& cells) { this->TheModel.MacroCells = cells; }
  void SetResidual(const std::optional<Residual>& residual) { this->TheModel.Residual = residual; }
  void SetTime(std::optional<double> time) { this->TheModel.Time = time; }
  void SetDecodedRanges(const DecodedRanges& ranges) { this->TheModel.Array.Decoded = ranges; }
  void SetReport(const FitReport& report) { this->TheModel.Report = Rounded(report); }

private:
  Model TheModel;
  std::shared_ptr<const Evaluator> TheEvaluator;
};

/// Each adds its classes and functions to the module.
void BindNetwork(nanobind::module_& module);
void BindVolume(nanobind::module_& module);
void BindModel(nanobind::module_& module);
void BindQuality(nanobind::module_& module);
void BindFit(nanobind::module_& module);
void BindRender(nanobind::module_& module);

} // namespace neuralvolume
