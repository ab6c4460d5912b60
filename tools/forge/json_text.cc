#include "tools/forge/json_text.h"

#include <espial/core/text.h>

#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

namespace espial::forge {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kMaxDepth = 64;

// A decimal fraction such as 1.5 or 2e3.
bool ParseReal(const std::string& text, double* number) {
  if (text.find_first_not_of("+-.0123456789eE") != std::string::npos ||
      text.find_first_of("0123456789") == std::string::npos) {
    return false;
  }
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, *number);
  return error == std::errc() && stop == end;
}

Result<Json> ScalarJson(const YamlNode& node, const Substitution& values) {
  if (const auto number = PlainInteger(node)) return Json(*number);
  if (node.IsPlain()) {
    const std::string& text = node.Scalar();
    if (text == "true" || text == "false") return Json(text == "true");
    double real = 0;
    const bool fraction = text.find('.') != std::string::npos &&
                          text.find('.') == text.rfind('.');
    if (fraction && ParseReal(text, &real)) return Json(real);
  }
  ESPIAL_TRY_ASSIGN(std::string text, values.ExpandNode(node, "a JSON value"));
  return Json(RepairUtf8(text));
}

Result<Json> ToJson(const YamlNode& node, const Substitution& values,
                    int depth) {
  if (depth > kMaxDepth) {
    return node.Fail("JSON nests deeper than " + std::to_string(kMaxDepth));
  }
  if (node.IsNull()) return Json(nullptr);
  if (node.IsScalar()) return ScalarJson(node, values);
  if (node.IsSequence()) {
    Json array = Json::array();
    for (const YamlNode& item : node.Items()) {
      ESPIAL_TRY_ASSIGN(Json value, ToJson(item, values, depth + 1));
      array.push_back(std::move(value));
    }
    return array;
  }
  ESPIAL_TRY(node.ExpectMap("a JSON object"));
  Json object = Json::object();
  for (const auto& [key, item] : node.Entries()) {
    ESPIAL_TRY_ASSIGN(const std::string name,
                      values.ExpandNode(key, "a JSON name"));
    if (object.contains(name)) {
      return key.Fail("'" + name + "' stands twice in a JSON object");
    }
    ESPIAL_TRY_ASSIGN(Json value, ToJson(item, values, depth + 1));
    object[RepairUtf8(name)] = std::move(value);
  }
  return object;
}

}  // namespace

Result<std::string> JsonText(const YamlNode& node, const Substitution& values) {
  ESPIAL_TRY_ASSIGN(const Json json, ToJson(node, values, 0));
  // All text was repaired above; `replace` makes sure that dump cannot throw.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace espial::forge
