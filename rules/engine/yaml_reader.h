// Typed access to a YAML map whose keys are known.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/engine/diagnostics.h"
#include "rules/engine/yaml.h"

namespace espial::rules {

// Reads one map. Reports at once that the node is no map, and every key that
// is not in `keys`; the getters report what is missing or of the wrong kind
// and then return nothing. The node must outlive the reader.
class MapReader {
 public:
  MapReader(const YamlNode& node, const Reporter& reporter,
            std::string_view what, std::span<const std::string_view> keys);

  [[nodiscard]] bool ok() const { return node_.is_map(); }
  [[nodiscard]] Mark mark() const { return node_.mark; }
  // Where the value of `key` stands, or the map.
  [[nodiscard]] Mark MarkOf(std::string_view key) const;

  // The value of `key`; null when absent.
  [[nodiscard]] const YamlNode* Get(std::string_view key) const;
  // The same; reports that it is missing.
  const YamlNode* Require(std::string_view key) const;

  // Text of a scalar; empty text counts as missing.
  std::optional<std::string> Text(std::string_view key) const;
  std::optional<std::string> RequireText(std::string_view key) const;
  // true or false.
  std::optional<bool> Bool(std::string_view key) const;
  // A list of texts; empty when absent.
  std::vector<std::string> TextList(std::string_view key) const;
  // One of `names` as its index.
  std::optional<size_t> OneOf(std::string_view key,
                              std::span<const std::string_view> names,
                              bool required) const;

 private:
  const YamlNode& node_;
  Reporter reporter_;
  std::string what_;
};

// The same for a single node. `what` names it in messages.
std::optional<std::string> ReadText(const YamlNode& node,
                                    const Reporter& reporter,
                                    std::string_view what);
std::optional<size_t> ReadOneOf(const YamlNode& node, const Reporter& reporter,
                                std::string_view what,
                                std::span<const std::string_view> names);

// The place of `name` among `names`; E010 at `mark`, "unknown <what> ..." with
// the nearest of them, where it is not there.
std::optional<uint32_t> FindName(std::span<const std::string> names,
                                 std::string_view name, std::string_view what,
                                 Mark mark, const Reporter& reporter);

// "30s", "10m", "1h", "2d" as ticks; nothing when it is none of these.
std::optional<int64_t> ParseDuration(std::string_view text);
// The same with a message.
std::optional<int64_t> ReadDuration(const YamlNode& node,
                                    const Reporter& reporter,
                                    std::string_view what);

}  // namespace espial::rules
