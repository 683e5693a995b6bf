// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <nlohmann/json.hpp>

#include <array>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace neuralvolume
{

using Json = nlohmann::ordered_json;

/// One object of the header, read strictly: no field is converted from another kind or cut to fit.
class Fields
{
public:
  Fields(const Json& object, std::string path)
    : Object(object)
    , Path(std::move(path))
  {
    if (!object.is_object())
    {
      throw std::runtime_error("header field '" + this->Path + "' is not an object");
    }
  }

  bool Has(const char* key) const { return this->Object.contains(key); }

  const Json& Get(const char* key) const
  {
    const auto found = this->Object.find(key);
    if (found == this->Object.end())
    {
      this->Fail(key, "is missing");
    }
    return *found;
  }

  Fields GetObject(const char* key) const { return Fields(this->Get(key), key); }

  template <typename Integer>
  void Read(const char* key, Integer& value) const requires std::is_integral_v<Integer>
  {
    value = this->ToInteger<Integer>(key, this->Get(key));
  }

  void Read(const char* key, double& value) const { value = this->ToNumber(key, this->Get(key)); }

  void Read(const char* key, float& value) const { value = float(this->ToNumber(key, this->Get(key))); }

  void Read(const char* key, std::string& value) const
  {
    const Json& field = this->Get(key);
    if (!field.is_string())
    {
      this->Fail(key, "is not a text");
    }
    value = field.get<std::string>();
  }

  template <typename Value, std::size_t Count>
  void Read(const char* key, std::array<Value, Count>& values) const
  {
    this->ToArray(key, this->Get(key), values);
  }

  template <typename Integer>
  void Read(const char* key, std::vector<Integer>& values) const requires std::is_integral_v<Integer>
  {
    for (const Json& field : this->GetList(key))
    {
      values.push_back(this->ToInteger<Integer>(key, field));
    }
  }

  void Read(const char* key, std::vector<double>& values) const
  {
    for (const Json& field : this->GetList(key))
    {
      values.push_back(this->ToNumber(key, field));
    }
  }

  void Read(const char* key, std::vector<std::string>& texts) const
  {
    for (const Json& field : this->GetList(key))
    {
      if (!field.is_string())
      {
        this->Fail(key, "is not a list of texts");
      }
      texts.push_back(field.get<std::string>());
    }
  }

  const Json& GetList(const char* key) const
  {
    const Json& field = this->Get(key);
    if (!field.is_array())
    {
      this->Fail(key, "is not a list");
    }
    return field;
  }

  template <typename Value, std::size_t Count>
  void ToArray(const char* key, const Json& field, std::array<Value, Count>& values) const
  {
    if (!field.is_array() || field.size() != Count)
    {
      this->Fail(key, "is not a list of " + std::to_string(Count) + " numbers");
    }
    for (std::size_t i = 0; i < Count; ++i)
    {
      if constexpr (std::is_integral_v<Value>)
      {
        values[i] = this->ToInteger<Value>(key, field[i]);
      }
      else
      {
        values[i] = this->ToNumber(key, field[i]);
      }
    }
  }

  [[noreturn]] void Fail(const char* key, const std::string& problem) const
  {
    throw std::runtime_error("header field '" + (this->Path.empty() ? "" : this->Path + ".") + key + "' " + problem);
  }

private:
  template <typename Integer>
  Integer ToInteger(const char* key, const Json& field) const
  {
    if (field.is_number_unsigned() && std::in_range<Integer>(field.get<std::uint64_t>()))
    {
      return Integer(field.get<std::uint64_t>());
    }
    if (field.is_number_integer() && !field.is_number_unsigned() && std::in_range<Integer>(field.get<std::int64_t>()))
    {
      return Integer(field.get<std::int64_t>());
    }
    this->Fail(key, "is not an integer within its limits");
  }

  double ToNumber(const char* key, const Json& field) const
  {
    if (!field.is_number())
    {
      this->Fail(key, "is not a number");
    }
    return field.get<double>();
  }

  const Json& Object;
  std::string Path;
};

} // namespace neuralvolume
