// YAML with the place of every node, and readers that check what they read.
// The only part of the forge that sees yaml-cpp; nothing here throws.
#pragma once

#include <espial/core/result.h>
#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/forge/location.h"

namespace espial::forge {

// One node and the file that it stands in. Cheap to copy.
class YamlNode {
 public:
  YamlNode(std::shared_ptr<const std::string> file, const YAML::Node& node)
      : file_(std::move(file)),
        node_(std::make_shared<const YAML::Node>(node)) {}

  [[nodiscard]] bool IsMap() const { return node_->IsMap(); }
  [[nodiscard]] bool IsSequence() const { return node_->IsSequence(); }
  [[nodiscard]] bool IsNull() const { return node_->IsNull(); }
  [[nodiscard]] bool IsScalar() const { return node_->IsScalar(); }
  // A scalar without quotes, which may mean a number.
  [[nodiscard]] bool IsPlain() const {
    return node_->IsScalar() && node_->Tag() == "?";
  }

  [[nodiscard]] Location Where() const;
  // An error at this node.
  [[nodiscard]] Error Fail(std::string message) const {
    return Where().Fail(std::move(message));
  }

  // The text of a scalar. REQUIRES: IsScalar().
  [[nodiscard]] const std::string& Scalar() const { return node_->Scalar(); }
  // The members of a sequence; nothing for other nodes.
  [[nodiscard]] std::vector<YamlNode> Items() const;
  // The members of a map, in order; nothing for other nodes.
  [[nodiscard]] std::vector<std::pair<YamlNode, YamlNode>> Entries() const;
  // The value of `key` in a map; nothing when it is absent.
  [[nodiscard]] std::optional<YamlNode> Find(std::string_view key) const;

  // Fails unless this is a map whose keys are scalars and differ.
  [[nodiscard]] Status ExpectMap(std::string_view what) const;
  // The same, and every key is one of `known`.
  [[nodiscard]] Status ExpectKeys(
      std::string_view what, std::span<const std::string_view> known) const;
  // The members of a sequence; an error for other nodes.
  [[nodiscard]] Result<std::vector<YamlNode>> ExpectSequence(
      std::string_view what) const;
  // The text of a scalar that is not empty; an error for other nodes.
  [[nodiscard]] Result<std::string> ExpectText(std::string_view what) const;
  // A sequence of such texts.
  [[nodiscard]] Result<std::vector<std::string>> ExpectTexts(
      std::string_view what) const;
  // `true` or `false`.
  [[nodiscard]] Result<bool> ExpectBool(std::string_view what) const;
  // A whole number of [low, high].
  [[nodiscard]] Result<int64_t> ExpectInteger(std::string_view what,
                                              int64_t low, int64_t high) const;
  // A duration in ticks.
  [[nodiscard]] Result<int64_t> ExpectDuration(std::string_view what) const;
  // The place of the text in `words`.
  [[nodiscard]] Result<size_t> ExpectWord(
      std::string_view what, std::span<const std::string_view> words) const;

 private:
  std::shared_ptr<const std::string> file_;
  // Shared: nodes of the library itself cannot be moved without a throw.
  std::shared_ptr<const YAML::Node> node_;
};

// Reads the file at `path`, one YAML document. Errors name `path`.
Result<YamlNode> LoadYaml(const std::string& path);

}  // namespace espial::forge
