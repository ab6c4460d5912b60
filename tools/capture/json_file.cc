#include "tools/capture/json_file.h"

#include <espial/core/text.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

namespace espial::capture {
namespace {

using Json = nlohmann::ordered_json;

// An array that names a later element has those before it as well.
constexpr uint64_t kMostElements = 10'000;

// One step of a path: a member, or an element of an array.
struct Step {
  std::string member;
  std::optional<uint64_t> element;
};

std::optional<std::vector<Step>> StepsOf(std::string_view path) {
  std::vector<Step> steps;
  while (!path.empty()) {
    if (path[0] == '[') {
      const size_t end = path.find(']');
      if (end == std::string_view::npos) return std::nullopt;
      const auto element = ParseUnsigned(path.substr(1, end - 1));
      if (!element || *element >= kMostElements) return std::nullopt;
      steps.push_back({"", element});
      path.remove_prefix(end + 1);
    } else {
      const size_t end = std::min(path.find_first_of(".["), path.size());
      steps.push_back({std::string(path.substr(0, end)), {}});
      path.remove_prefix(end);
    }
    if (path.starts_with('.')) path.remove_prefix(1);
  }
  return steps;
}

Json Scalar(const JsonPiece& piece) {
  if (piece.type == "null") return nullptr;
  if (piece.type == "bool") return piece.data == "true";
  if (piece.type == "number") {
    Json number = Json::parse(piece.data, nullptr, false);
    if (number.is_number()) return number;
  }
  return piece.data;
}

void Put(const JsonPiece& piece, Json* root) {
  const auto steps = StepsOf(piece.path);
  if (!steps || steps->empty()) return;
  Json* at = root;
  for (const Step& step : *steps) {
    if (step.element) {
      if (!at->is_null() && !at->is_array()) return;
      if (at->is_null()) *at = Json::array();
      while (at->size() <= *step.element) at->push_back(nullptr);
      at = &(*at)[static_cast<size_t>(*step.element)];
    } else {
      if (!at->is_null() && !at->is_object()) return;
      at = &(*at)[step.member];
    }
  }
  if (at->is_null()) *at = Scalar(piece);
}

}  // namespace

std::string MakeJson(std::span<const JsonPiece* const> scalars) {
  Json root;
  for (const JsonPiece* piece : scalars) Put(*piece, &root);
  if (root.is_null()) return "{}";
  return root.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace espial::capture
