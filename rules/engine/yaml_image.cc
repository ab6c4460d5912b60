#include "rules/engine/yaml_image.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "rules/engine/varint.h"

namespace espial::rules {
namespace {

// As deep as the parser of YAML goes.
constexpr size_t kMaxDepth = 32;
// The first byte of a node: its kind, and whether a scalar is plain.
constexpr uint8_t kKindBits = 0x03;
constexpr uint8_t kPlainBit = 0x04;
// A node takes at least its first byte and its place.
constexpr size_t kMinNodeBytes = 3;
// Room made before the children that a count promises are there.
constexpr size_t kMaxReserved = 64;

void AppendText(std::string_view text, std::string* out) {
  AppendVarint(text.size(), out);
  out->append(text);
}

void AppendMark(Mark mark, std::string* out) {
  AppendVarint(mark.line, out);
  AppendVarint(mark.column, out);
}

// Reads from the front of a run of bytes; after the first thing that is not
// there, nothing is.
class ImageReader {
 public:
  explicit ImageReader(std::string_view bytes) : bytes_(bytes) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool at_end() const { return bytes_.empty(); }

  void ReadNode(size_t depth, YamlNode* out) {
    if (depth > kMaxDepth || bytes_.empty()) {
      ok_ = false;
      return;
    }
    const auto first = static_cast<uint8_t>(bytes_.front());
    bytes_.remove_prefix(1);
    out->kind = static_cast<YamlNode::Kind>(first & kKindBits);
    out->plain = (first & kPlainBit) != 0;
    ReadMark(&out->mark);
    if (out->is_scalar()) ReadText(&out->text);
    if (out->is_list()) ReadItems(depth, out);
    if (out->is_map()) ReadEntries(depth, out);
  }

 private:
  uint64_t ReadNumber() {
    uint64_t number = 0;
    const bool fits = ReadVarint(
        [&]() -> uint8_t {
          if (bytes_.empty()) {
            ok_ = false;
            return 0;
          }
          const auto byte = static_cast<uint8_t>(bytes_.front());
          bytes_.remove_prefix(1);
          return byte;
        },
        &number);
    ok_ = ok_ && fits;
    return ok_ ? number : 0;
  }

  // A number of things that each take `least` bytes or more.
  size_t ReadCount(size_t least) {
    const uint64_t count = ReadNumber();
    if (count > bytes_.size() / least) ok_ = false;
    return ok_ ? static_cast<size_t>(count) : 0;
  }

  void ReadText(std::string* out) {
    const size_t size = ReadCount(1);
    out->assign(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
  }

  void ReadMark(Mark* out) {
    out->line = static_cast<uint32_t>(ReadNumber());
    out->column = static_cast<uint32_t>(ReadNumber());
  }

  void ReadItems(size_t depth, YamlNode* out) {
    const size_t count = ReadCount(kMinNodeBytes);
    out->items.reserve(std::min(count, kMaxReserved));
    for (size_t i = 0; i < count && ok_; ++i) {
      ReadNode(depth + 1, &out->items.emplace_back());
    }
  }

  void ReadEntries(size_t depth, YamlNode* out) {
    const size_t count = ReadCount(kMinNodeBytes);
    out->entries.reserve(std::min(count, kMaxReserved));
    for (size_t i = 0; i < count && ok_; ++i) {
      YamlEntry& entry = out->entries.emplace_back();
      ReadText(&entry.key);
      ReadMark(&entry.mark);
      ReadNode(depth + 1, &entry.value);
    }
  }

  std::string_view bytes_;
  bool ok_ = true;
};

}  // namespace

void AppendYamlImage(const YamlNode& root, std::string* out) {
  const auto kind = static_cast<uint8_t>(root.kind);
  out->push_back(static_cast<char>(root.plain ? kind | kPlainBit : kind));
  AppendMark(root.mark, out);
  if (root.is_scalar()) AppendText(root.text, out);
  if (root.is_list()) {
    AppendVarint(root.items.size(), out);
    for (const YamlNode& item : root.items) AppendYamlImage(item, out);
  }
  if (root.is_map()) {
    AppendVarint(root.entries.size(), out);
    for (const YamlEntry& entry : root.entries) {
      AppendText(entry.key, out);
      AppendMark(entry.mark, out);
      AppendYamlImage(entry.value, out);
    }
  }
}

std::optional<YamlNode> ReadYamlImage(std::string_view image) {
  ImageReader reader(image);
  YamlNode root;
  reader.ReadNode(0, &root);
  if (!reader.ok() || !reader.at_end()) return std::nullopt;
  return root;
}

}  // namespace espial::rules
