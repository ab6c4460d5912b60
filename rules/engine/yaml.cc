#include "rules/engine/yaml.h"

#include <espial/core/text.h>
#include <fmt/format.h>
#include <yaml.h>

#include <new>
#include <unordered_set>
#include <utility>

namespace espial::rules {
namespace {

constexpr size_t kMaxFileBytes = size_t{1} << 20U;
constexpr size_t kMaxDepth = 32;
constexpr size_t kMaxNodes = 200'000;

Mark ToMark(const yaml_mark_t& mark) {
  return {static_cast<uint32_t>(mark.line) + 1,
          static_cast<uint32_t>(mark.column) + 1};
}

std::string_view TextOf(const yaml_char_t* text, size_t size) {
  return {reinterpret_cast<const char*>(text), size};
}

bool IsNullText(std::string_view text) {
  return text.empty() || text == "~" || text == "null" || text == "Null" ||
         text == "NULL";
}

// Builds the trees of documents out of the parser's events. After the first
// problem that makes the rest meaningless it takes no more of them.
class TreeBuilder {
 public:
  explicit TreeBuilder(const Reporter& reporter) : reporter_(reporter) {}

  void Take(const yaml_event_t& event) {
    const Mark mark = ToMark(event.start_mark);
    switch (event.type) {
      case YAML_ALIAS_EVENT:
        Fail(mark, "anchors and aliases are not accepted");
        break;
      case YAML_SCALAR_EVENT:
        if (Accepts(event.data.scalar.anchor, event.data.scalar.tag, mark)) {
          TakeScalar(event, mark);
        }
        break;
      case YAML_SEQUENCE_START_EVENT:
        if (Accepts(event.data.sequence_start.anchor,
                    event.data.sequence_start.tag, mark)) {
          Open(YamlNode::Kind::kList, mark);
        }
        break;
      case YAML_MAPPING_START_EVENT:
        if (Accepts(event.data.mapping_start.anchor,
                    event.data.mapping_start.tag, mark)) {
          Open(YamlNode::Kind::kMap, mark);
        }
        break;
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT:
        Close(mark);
        break;
      default:
        break;
    }
  }

  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] YamlNode TakeRoot() { return std::exchange(root_, {}); }

 private:
  struct Frame {
    YamlNode node;
    bool has_key = false;
    std::string key;
    Mark key_mark;
  };

  void Fail(Mark mark, std::string message) {
    if (failed_) return;
    failed_ = true;
    reporter_.Error(mark, "E002", std::move(message));
  }

  bool Accepts(const yaml_char_t* anchor, const yaml_char_t* tag, Mark mark) {
    if (anchor != nullptr) {
      Fail(mark, "anchors and aliases are not accepted");
    } else if (tag != nullptr) {
      Fail(mark, "tags are not accepted");
    }
    return !failed_;
  }

  void TakeScalar(const yaml_event_t& event, Mark mark) {
    const std::string_view text =
        TextOf(event.data.scalar.value, event.data.scalar.length);
    YamlNode node;
    node.mark = mark;
    node.plain = event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    if (!node.plain || !IsNullText(text)) {
      node.kind = YamlNode::Kind::kScalar;
      node.text = text;
    } else {
      node.plain = false;
    }
    Place(std::move(node), mark);
  }

  void Open(YamlNode::Kind kind, Mark mark) {
    if (stack_.size() >= kMaxDepth) {
      Fail(mark, fmt::format("nested deeper than {} levels", kMaxDepth));
      return;
    }
    Frame frame;
    frame.node.kind = kind;
    frame.node.mark = mark;
    stack_.push_back(std::move(frame));
  }

  void Close(Mark mark) {
    if (failed_ || stack_.empty()) return;
    YamlNode node = std::move(stack_.back().node);
    stack_.pop_back();
    if (node.is_map()) CheckKeys(node);
    Place(std::move(node), mark);
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

  void Place(YamlNode node, Mark mark) {
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

// The events of a text, one at a time.
class EventReader {
 public:
  explicit EventReader(std::string_view text) {
    if (yaml_parser_initialize(&parser_) == 0) throw std::bad_alloc();
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(
        &parser_, reinterpret_cast<const unsigned char*>(text.data()),
        text.size());
  }
  EventReader(const EventReader&) = delete;
  EventReader& operator=(const EventReader&) = delete;
  ~EventReader() {
    yaml_event_delete(&event_);
    yaml_parser_delete(&parser_);
  }

  // The next event, valid until the next call; null at the end of the text and
  // at the first error.
  const yaml_event_t* Next() {
    yaml_event_delete(&event_);
    if (failed_ || ended_) return nullptr;
    failed_ = yaml_parser_parse(&parser_, &event_) == 0;
    if (parser_.error == YAML_MEMORY_ERROR) throw std::bad_alloc();
    ended_ = !failed_ && event_.type == YAML_STREAM_END_EVENT;
    return failed_ || ended_ ? nullptr : &event_;
  }

  [[nodiscard]] bool failed() const { return failed_; }
  // What is wrong, and where. REQUIRES: failed().
  [[nodiscard]] Mark mark() const { return ToMark(parser_.problem_mark); }
  [[nodiscard]] std::string message() const {
    std::string problem =
        parser_.problem == nullptr ? "no YAML" : parser_.problem;
    if (parser_.context == nullptr) return problem;
    return fmt::format("{}, {} that begins in line {}", problem,
                       parser_.context, ToMark(parser_.context_mark).line);
  }

 private:
  yaml_parser_t parser_{};
  yaml_event_t event_{};
  bool failed_ = false;
  bool ended_ = false;
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

std::optional<std::vector<YamlNode>> ParseYamlDocuments(
    std::string_view text, const Reporter& reporter) {
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
  EventReader events(text);
  TreeBuilder builder(reporter);
  std::vector<YamlNode> documents;
  while (const yaml_event_t* event = events.Next()) {
    builder.Take(*event);
    if (builder.failed()) return std::nullopt;
    if (event->type == YAML_DOCUMENT_END_EVENT) {
      documents.push_back(builder.TakeRoot());
    }
  }
  if (events.failed()) {
    reporter.Error(events.mark(), "E001", events.message());
    return std::nullopt;
  }
  if (documents.empty()) {
    reporter.Error({}, "E006", "the file is empty");
    return std::nullopt;
  }
  return documents;
}

std::optional<YamlNode> ParseYaml(std::string_view text,
                                  const Reporter& reporter) {
  auto documents = ParseYamlDocuments(text, reporter);
  if (!documents) return std::nullopt;
  if (documents->size() > 1) {
    reporter.Error((*documents)[1].mark, "E002",
                   "a rule file holds one document");
    return std::nullopt;
  }
  return std::move(documents->front());
}

}  // namespace espial::rules
