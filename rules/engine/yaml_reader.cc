#include "rules/engine/yaml_reader.h"

#include <espial/core/text.h>
#include <espial/core/time.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace espial::rules {
namespace {

constexpr uint64_t kMaxDurationSeconds = uint64_t{3660} * 86'400;

}  // namespace

MapReader::MapReader(const YamlNode& node, const Reporter& reporter,
                     std::string_view what,
                     std::span<const std::string_view> keys)
    : node_(node), reporter_(reporter), what_(what) {
  if (!node.is_map()) {
    reporter.Error(node.mark, "E004", fmt::format("{} must be a map", what));
    return;
  }
  for (const YamlEntry& entry : node.entries) {
    if (std::find(keys.begin(), keys.end(), entry.key) == keys.end()) {
      reporter.Error(entry.mark, "E007",
                     fmt::format("unknown key {}{}", Quoted(entry.key),
                                 DidYouMean(entry.key, keys)));
    }
  }
}

Mark MapReader::MarkOf(std::string_view key) const {
  const YamlNode* value = node_.Find(key);
  return value != nullptr ? value->mark : node_.mark;
}

const YamlNode* MapReader::Get(std::string_view key) const {
  return node_.Find(key);
}

const YamlNode* MapReader::Require(std::string_view key) const {
  const YamlNode* value = node_.Find(key);
  if (value == nullptr && node_.is_map()) {
    reporter_.Error(node_.mark, "E005",
                    fmt::format("{} needs a key '{}'", what_, key));
  }
  return value;
}

std::optional<std::string> MapReader::Text(std::string_view key) const {
  const YamlNode* value = Get(key);
  if (value == nullptr) return std::nullopt;
  return ReadText(*value, reporter_, fmt::format("'{}'", key));
}

std::optional<std::string> MapReader::RequireText(std::string_view key) const {
  const YamlNode* value = Require(key);
  if (value == nullptr) return std::nullopt;
  return ReadText(*value, reporter_, fmt::format("'{}'", key));
}

std::optional<bool> MapReader::Bool(std::string_view key) const {
  const YamlNode* value = Get(key);
  if (value == nullptr) return std::nullopt;
  if (value->is_scalar() && value->text == "true") return true;
  if (value->is_scalar() && value->text == "false") return false;
  reporter_.Error(value->mark, "E008",
                  fmt::format("'{}' must be true or false", key));
  return std::nullopt;
}

std::vector<std::string> MapReader::TextList(std::string_view key) const {
  std::vector<std::string> out;
  const YamlNode* value = Get(key);
  if (value == nullptr) return out;
  if (!value->is_list()) {
    reporter_.Error(value->mark, "E004",
                    fmt::format("'{}' must be a list", key));
    return out;
  }
  for (const YamlNode& item : value->items) {
    auto text = ReadText(item, reporter_, fmt::format("an item of '{}'", key));
    if (text) out.push_back(std::move(*text));
  }
  return out;
}

std::optional<size_t> MapReader::OneOf(std::string_view key,
                                       std::span<const std::string_view> names,
                                       bool required) const {
  const YamlNode* value = required ? Require(key) : Get(key);
  if (value == nullptr) return std::nullopt;
  return ReadOneOf(*value, reporter_, fmt::format("'{}'", key), names);
}

std::optional<std::string> ReadText(const YamlNode& node,
                                    const Reporter& reporter,
                                    std::string_view what) {
  if (node.is_list() || node.is_map()) {
    reporter.Error(node.mark, "E004", fmt::format("{} must be text", what));
    return std::nullopt;
  }
  if (Trim(node.text).empty()) {
    reporter.Error(node.mark, "E006", fmt::format("{} is empty", what));
    return std::nullopt;
  }
  return std::string(Trim(node.text));
}

std::optional<size_t> ReadOneOf(const YamlNode& node, const Reporter& reporter,
                                std::string_view what,
                                std::span<const std::string_view> names) {
  const auto text = ReadText(node, reporter, what);
  if (!text) return std::nullopt;
  const auto found = std::find(names.begin(), names.end(), *text);
  if (found == names.end()) {
    reporter.Error(node.mark, "E008",
                   fmt::format("{} must be one of {}, not {}{}", what,
                               fmt::join(names, ", "), Quoted(*text),
                               DidYouMean(*text, names)));
    return std::nullopt;
  }
  return static_cast<size_t>(found - names.begin());
}

std::optional<uint32_t> FindName(std::span<const std::string> names,
                                 std::string_view name, std::string_view what,
                                 Mark mark, const Reporter& reporter) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) {
    return static_cast<uint32_t>(found - names.begin());
  }
  reporter.Error(mark, "E010",
                 fmt::format("unknown {} {}{}", what, Quoted(name),
                             DidYouMean(name, names)));
  return std::nullopt;
}

std::optional<int64_t> ParseDuration(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  const std::string_view digits = text.substr(0, text.size() - 1);
  if (digits.find_first_not_of("0123456789") != std::string_view::npos) {
    return std::nullopt;
  }
  uint64_t unit = 0;
  switch (text.back()) {
    case 's':
      unit = 1;
      break;
    case 'm':
      unit = 60;
      break;
    case 'h':
      unit = 3600;
      break;
    case 'd':
      unit = 86'400;
      break;
    default:
      return std::nullopt;
  }
  const auto count = ParseUnsigned(digits);
  if (!count || *count == 0 || *count > kMaxDurationSeconds / unit) {
    return std::nullopt;
  }
  return static_cast<int64_t>(*count * unit) * kTicksPerSecond;
}

std::optional<int64_t> ReadDuration(const YamlNode& node,
                                    const Reporter& reporter,
                                    std::string_view what) {
  const auto text = ReadText(node, reporter, what);
  if (!text) return std::nullopt;
  const auto ticks = ParseDuration(*text);
  if (!ticks) {
    reporter.Error(node.mark, "E017",
                   fmt::format("{} must be a duration such as 30s, 10m, 1h or "
                               "2d (ten years at most), not {}",
                               what, Quoted(*text)));
  }
  return ticks;
}

}  // namespace espial::rules
