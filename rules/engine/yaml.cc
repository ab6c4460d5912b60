#include "rules/engine/yaml.h"

#include <espial/core/text.h>
#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <sstream>
#include <unordered_set>
#include <utility>

namespace espial::rules {
namespace {

constexpr size_t kMaxFileBytes = size_t{1} << 20U;
constexpr size_t kMaxDepth = 32;
constexpr size_t kMaxNodes = 200'000;

Mark ToMark(const YAML::Mark& mark) {
  if (mark.is_null()) return {};
  return {static_cast<uint32_t>(mark.line) + 1,
          static_cast<uint32_t>(mark.column) + 1};
}

// Builds the tree. After the first problem that makes the rest meaningless it
// takes no more events.
class TreeBuilder final : public YAML::EventHandler {
 public:
  explicit TreeBuilder(const Reporter& reporter) : reporter_(reporter) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnAnchor(const YAML::Mark& mark, const std::string&) override {
    Fail(mark, "anchors and aliases are not accepted");
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    Fail(mark, "anchors and aliases are not accepted");
  }
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    if (failed_) return;
    YamlNode node;
    node.mark = ToMark(mark);
    Place(std::move(node), mark);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& value) override {
    if (failed_) return;
    if (!tag.empty() && tag != "!" && tag != "?") {
      Fail(mark, "tags are not accepted");
      return;
    }
    YamlNode node;
    node.kind = YamlNode::Kind::kScalar;
    node.mark = ToMark(mark);
    node.text = value;
    node.plain = tag != "!";
    Place(std::move(node), mark);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&,
                       YAML::anchor_t, YAML::EmitterStyle::value) override {
    Open(YamlNode::Kind::kList, mark);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    Open(YamlNode::Kind::kMap, mark);
  }
  void OnMapEnd() override { Close(); }

  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] YamlNode TakeRoot() { return std::move(root_); }

 private:
  struct Frame {
    YamlNode node;
    bool has_key = false;
    std::string key;
    Mark key_mark;
  };

  void Fail(const YAML::Mark& mark, std::string message) {
    if (failed_) return;
    failed_ = true;
    reporter_.Error(ToMark(mark), "E002", std::move(message));
  }

  void Open(YamlNode::Kind kind, const YAML::Mark& mark) {
    if (failed_) return;
    if (stack_.size() >= kMaxDepth) {
      Fail(mark, fmt::format("nested deeper than {} levels", kMaxDepth));
      return;
    }
    Frame frame;
    frame.node.kind = kind;
    frame.node.mark = ToMark(mark);
    stack_.push_back(std::move(frame));
  }

  void Close() {
    if (failed_ || stack_.empty()) return;
    YamlNode node = std::move(stack_.back().node);
    stack_.pop_back();
    if (node.is_map()) CheckKeys(node);
    Place(std::move(node), YAML::Mark::null_mark());
  }

  void CheckKeys(const YamlNode& map) const {
    std::unordered_set<std::string_view> seen;
    for (const YamlEntry& entry : map.entries) {
      if (!seen.insert(entry.key).second) {
        reporter_.Error(entry.mark, "E003",
                        fmt::format("duplicate key {}", Quoted(entry.key)));
      }
    }
  }

  void Place(YamlNode node, const YAML::Mark& mark) {
    if (++nodes_ > kMaxNodes) {
      Fail(mark, fmt::format("more than {} values", kMaxNodes));
      return;
    }
    if (stack_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& frame = stack_.back();
    if (frame.node.is_list()) {
      frame.node.items.push_back(std::move(node));
      return;
    }
    if (frame.has_key) {
      frame.node.entries.push_back(
          {std::move(frame.key), frame.key_mark, std::move(node)});
      frame.has_key = false;
      frame.key.clear();
      return;
    }
    if (!node.is_scalar()) {
      Fail(mark, "a key must be text");
      return;
    }
    frame.has_key = true;
    frame.key = std::move(node.text);
    frame.key_mark = node.mark;
  }

  const Reporter& reporter_;
  std::vector<Frame> stack_;
  YamlNode root_;
  size_t nodes_ = 0;
  bool failed_ = false;
};

// The first character that a rule file must not hold, as a place.
bool HasForbiddenCharacter(std::string_view text, Mark* mark) {
  Mark at;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n' && c != '\r' && c != '\t') || byte == 0x7f) {
      *mark = at;
      return true;
    }
    if (c == '\n') {
      ++at.line;
      at.column = 1;
    } else {
      ++at.column;
    }
  }
  return false;
}

}  // namespace

const YamlNode* YamlNode::Find(std::string_view key) const {
  for (const YamlEntry& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

std::optional<YamlNode> ParseYaml(std::string_view text,
                                  const Reporter& reporter) {
  if (text.size() > kMaxFileBytes) {
    reporter.Error(
        {}, "E002",
        fmt::format("the file is larger than {} bytes", kMaxFileBytes));
    return std::nullopt;
  }
  if (!IsValidUtf8(text)) {
    reporter.Error({}, "E002", "the file is not valid UTF-8");
    return std::nullopt;
  }
  Mark bad;
  if (HasForbiddenCharacter(text, &bad)) {
    reporter.Error(bad, "E002", "control characters are not accepted");
    return std::nullopt;
  }
  TreeBuilder builder(reporter);
  // yaml-cpp throws on syntax errors; the exception ends here.
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) {
      reporter.Error({}, "E006", "the file is empty");
      return std::nullopt;
    }
    if (builder.failed()) return std::nullopt;
    YamlNode root = builder.TakeRoot();
    TreeBuilder second(reporter);
    if (parser.HandleNextDocument(second)) {
      reporter.Error({}, "E002", "a rule file holds one document");
      return std::nullopt;
    }
    return root;
  } catch (const YAML::Exception& exception) {
    reporter.Error(ToMark(exception.mark), "E001", exception.msg);
  } catch (const std::exception& exception) {
    reporter.Error({}, "E001", exception.what());
  }
  return std::nullopt;
}

}  // namespace espial::rules
