// SPDX-License-Identifier: MIT
//
// As much of JSON Schema as summary.schema.json uses; a keyword beyond it is an error, so that
// nothing in the schema goes unchecked.
#pragma once

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace agon::reports::testing {

class JsonSchema {
 public:
  explicit JsonSchema(nlohmann::json schema) : schema_(std::move(schema)) {}
  // What is wrong with the document, each with its place; none: it is valid.
  std::vector<std::string> errors(const nlohmann::json& document) const {
    std::vector<std::string> out;
    check(schema_, document, "", out);
    return out;
  }

 private:
  using Json = nlohmann::json;

  static bool is(const Json& value, const std::string& type) {
    if (type == "integer") return value.is_number_integer();
    if (type == "number") return value.is_number();
    return type == value.type_name();
  }

  void check(const Json& schema, const Json& value, const std::string& at,
             std::vector<std::string>& out) const {
    for (const auto& [key, rule] : schema.items()) {
      if (key == "$ref") {
        check(schema_.at(Json::json_pointer(rule.get<std::string>().substr(1))), value, at, out);
      } else if (key == "const") {
        if (value != rule) out.push_back(at + " is not " + rule.dump());
      } else if (key == "enum") {
        if (std::ranges::find(rule, value) == rule.end())
          out.push_back(at + " is no " + rule.dump());
      } else if (key == "type") {
        const Json types = rule.is_array() ? rule : Json::array({rule});
        if (std::ranges::none_of(types, [&](const Json& t) { return is(value, t); }))
          out.push_back(at + " is a " + value.type_name() + ", not " + rule.dump());
      } else if (key == "required") {
        for (const Json& name : rule) {
          if (!value.contains(name.get<std::string>())) out.push_back(at + " lacks " + name.dump());
        }
      } else if (key == "items") {
        for (size_t i = 0; i < value.size(); ++i)
          check(rule, value[i], at + "/" + std::to_string(i), out);
      } else if (key == "properties") {
        for (const auto& [name, one] : rule.items()) {
          if (value.contains(name)) check(one, value[name], at + "/" + name, out);
        }
      } else if (key == "additionalProperties") {
        for (const auto& [name, one] : value.items()) {
          if (!schema.contains("properties") || !schema["properties"].contains(name))
            check(rule, one, at + "/" + name, out);
        }
      } else if (key != "$schema" && key != "$defs" && key != "title" && key != "description") {
        out.push_back("the schema's keyword " + key + " is not known here");
      }
    }
  }

  Json schema_;
};

}  // namespace agon::reports::testing
