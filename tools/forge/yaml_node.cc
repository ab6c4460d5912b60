#include "tools/forge/yaml_node.h"

#include <espial/core/source.h>
#include <espial/core/text.h>

#include <set>

#include "tools/forge/duration.h"
#include "tools/forge/suggest.h"

namespace espial::forge {
namespace {

// yaml-cpp counts from 0, and says -1 where it knows no place.
uint32_t FromMark(int number) {
  return number < 0 ? 1 : static_cast<uint32_t>(number) + 1;
}

// "one, two or three"
std::string JoinWords(std::span<const std::string_view> words) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

std::string Kind(const YAML::Node& node) {
  if (node.IsMap()) return "a map";
  if (node.IsSequence()) return "a list";
  if (node.IsScalar()) return "'" + node.Scalar() + "'";
  return "nothing";
}

}  // namespace

Location YamlNode::Where() const {
  const YAML::Mark mark = node_->Mark();
  return {*file_, FromMark(mark.line), FromMark(mark.column)};
}

std::vector<YamlNode> YamlNode::Items() const {
  std::vector<YamlNode> items;
  if (!node_->IsSequence()) return items;
  items.reserve(node_->size());
  for (const YAML::Node& item : *node_) items.emplace_back(file_, item);
  return items;
}

std::vector<std::pair<YamlNode, YamlNode>> YamlNode::Entries() const {
  std::vector<std::pair<YamlNode, YamlNode>> entries;
  if (!node_->IsMap()) return entries;
  entries.reserve(node_->size());
  for (const auto& entry : *node_) {
    entries.emplace_back(YamlNode(file_, entry.first),
                         YamlNode(file_, entry.second));
  }
  return entries;
}

std::optional<YamlNode> YamlNode::Find(std::string_view key) const {
  if (!node_->IsMap()) return std::nullopt;
  for (const auto& entry : *node_) {
    if (entry.first.IsScalar() && entry.first.Scalar() == key) {
      return YamlNode(file_, entry.second);
    }
  }
  return std::nullopt;
}

Status YamlNode::ExpectMap(std::string_view what) const {
  if (!node_->IsMap()) {
    return Fail(std::string(what) + " must be a map, found " + Kind(*node_));
  }
  std::set<std::string_view> seen;
  for (const auto& [key, value] : Entries()) {
    if (!key.IsScalar()) {
      return key.Fail("a key of " + std::string(what) + " must be a word");
    }
    if (!seen.insert(key.Scalar()).second) {
      return key.Fail("key '" + key.Scalar() + "' stands twice in " +
                      std::string(what));
    }
  }
  return {};
}

Status YamlNode::ExpectKeys(std::string_view what,
                            std::span<const std::string_view> known) const {
  ESPIAL_TRY(ExpectMap(what));
  for (const auto& [key, value] : Entries()) {
    bool found = false;
    for (const std::string_view name : known) found |= key.Scalar() == name;
    if (!found) {
      return key.Fail("unknown key '" + key.Scalar() + "' in " +
                      std::string(what) + Suggestion(key.Scalar(), known));
    }
  }
  return {};
}

Result<std::vector<YamlNode>> YamlNode::ExpectSequence(
    std::string_view what) const {
  if (!node_->IsSequence()) {
    return Fail(std::string(what) + " must be a list, found " + Kind(*node_));
  }
  return Items();
}

Result<std::string> YamlNode::ExpectText(std::string_view what) const {
  if (!node_->IsScalar() || node_->Scalar().empty()) {
    return Fail(std::string(what) + " must be a text, found " + Kind(*node_));
  }
  return node_->Scalar();
}

Result<std::vector<std::string>> YamlNode::ExpectTexts(
    std::string_view what) const {
  ESPIAL_TRY_ASSIGN(const std::vector<YamlNode> items, ExpectSequence(what));
  std::vector<std::string> texts;
  for (const YamlNode& item : items) {
    ESPIAL_TRY_ASSIGN(std::string text,
                      item.ExpectText("a member of " + std::string(what)));
    texts.push_back(std::move(text));
  }
  return texts;
}

Result<bool> YamlNode::ExpectBool(std::string_view what) const {
  if (node_->IsScalar()) {
    if (node_->Scalar() == "true") return true;
    if (node_->Scalar() == "false") return false;
  }
  return Fail(std::string(what) + " must be true or false, found " +
              Kind(*node_));
}

Result<int64_t> YamlNode::ExpectInteger(std::string_view what, int64_t low,
                                        int64_t high) const {
  const auto number =
      node_->IsScalar() ? ParseSigned(node_->Scalar()) : std::nullopt;
  if (!number || *number < low || *number > high) {
    return Fail(std::string(what) + " must be a whole number from " +
                std::to_string(low) + " to " + std::to_string(high) +
                ", found " + Kind(*node_));
  }
  return *number;
}

Result<int64_t> YamlNode::ExpectDuration(std::string_view what) const {
  const auto ticks =
      node_->IsScalar() ? ParseDuration(node_->Scalar()) : std::nullopt;
  if (!ticks) {
    return Fail(std::string(what) +
                " must be a duration such as 30s, 10m, 1h30m or 3d, found " +
                Kind(*node_));
  }
  return *ticks;
}

Result<size_t> YamlNode::ExpectWord(
    std::string_view what, std::span<const std::string_view> words) const {
  if (node_->IsScalar()) {
    for (size_t i = 0; i < words.size(); ++i) {
      if (node_->Scalar() == words[i]) return i;
    }
  }
  return Fail(std::string(what) + " must be " + JoinWords(words) + ", found " +
              Kind(*node_));
}

Result<YamlNode> LoadYaml(const std::string& path) {
  auto file = std::make_shared<const std::string>(path);
  const auto source = Source::OpenFile(path, path);
  if (!source) return source.error();
  try {
    return YamlNode(std::move(file),
                    YAML::Load(std::string(AsChars((*source)->bytes()))));
  } catch (const YAML::Exception& e) {
    return Location{path, FromMark(e.mark.line), FromMark(e.mark.column)}.Fail(
        "not YAML: " + e.msg);
  }
}

}  // namespace espial::forge
