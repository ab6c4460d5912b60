#include "parsers/registry/hive/tree.h"

#include <algorithm>
#include <utility>

#include "parsers/registry/hive/value_data.h"
#include "parsers/support/registry_value.h"
#include "parsers/support/text_source.h"

namespace espial::registry_hive {
namespace {

std::string ShowSignature(Bytes cell) {
  std::string out = "'";
  for (const char c : AsChars(SliceClamped(cell, 0, 2))) {
    out += c >= 0x20 && c < 0x7F ? c : '?';
  }
  return out + "'";
}

std::string UpperAscii(std::string_view name) {
  std::string out(name);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - ('a' - 'A'));
  }
  return out;
}

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x80;
  });
}

}  // namespace

std::string Tree::Walk(uint32_t root, std::string_view root_path) {
  root_path_ = root_path;
  if (!Enter(root, kNoCell)) {
    if (cut_references_ != 0) {
      reporter_.Lost(Errc::kTruncated, "root key", 0,
                     "expected the root key at " + Hex(root) +
                         ", found the end of the file",
                     0);
    }
    return {};
  }
  std::string root_name = path_;
  while (!levels_.empty() && !stopped_) {
    Level& level = levels_.back();
    if (level.next == level.children.size()) {
      path_.resize(level.path_size);
      levels_.pop_back();
      continue;
    }
    const uint32_t child = level.children[level.next++];
    const uint32_t parent = level.cell;
    const size_t size = path_.size();
    if (!Enter(child, parent)) path_.resize(size);
  }
  if (cut_references_ != 0) {
    reporter_.Lost(Errc::kTruncated, "registry cells", image_.bins.size(),
                   "expected " + std::to_string(cut_references_) +
                       " more cells that keys and values name, found the end "
                       "of the file",
                   0);
  }
  return root_name;
}

bool Tree::Enter(uint32_t cell, uint32_t parent) {
  // What cannot be entered is told at the key that names it.
  if (parent != kNoCell) position_ = cells_.PositionOf(parent);
  if (levels_.size() >= kMostLevels) {
    reporter_.Lost(Errc::kLimitExceeded, "registry key depth", position_,
                   "limit " + std::to_string(kMostLevels) +
                       " levels, found keys below " + Clip(path_, 300),
                   0);
    return false;
  }
  const auto bytes = cells_.Cell(cell);
  if (!bytes) {
    Refuse(bytes.error(), "key node", "subkey", 4);
    return false;
  }
  position_ = cells_.PositionOf(cell);
  const auto node = ReadKeyNode(*bytes);
  if (!node) {
    reporter_.Lost(Errc::kBadMagic, "key node", position_,
                   "cell " + Hex(cell) + ", subkey of " + Clip(path_, 300) +
                       ": expected 'nk' and 76 bytes, found " +
                       ShowSignature(*bytes) + " and " +
                       std::to_string(bytes->size()) + " bytes",
                   bytes->size() + 4);
    return false;
  }
  Level level;
  level.cell = cell;
  level.path_size = path_.size();
  const bool is_root = parent == kNoCell;
  if (is_root && !root_path_.empty()) {
    path_ = root_path_;
  } else {
    std::string name;
    AppendName(node->name, node->Is(kKeyLatin1), &name);
    if (!is_root) {
      CheckOrder(name);
      path_ += '\\';
    }
    path_ += name;
  }
  const auto about = [&] {
    return "cell " + Hex(cell) + ", key " + Clip(path_, 300);
  };
  if (path_.size() > kMaxRegistryKeyBytes) {
    reporter_.Lost(Errc::kLimitExceeded, "registry key length", position_,
                   about() + ": limit " + std::to_string(kMaxRegistryKeyBytes) +
                       " bytes, found " + std::to_string(path_.size()),
                   bytes->size() + 4);
    return false;
  }
  if (node->name.size() < node->name_bytes) {
    reporter_.Lost(Errc::kTruncated, "key name", position_,
                   about() + ": expected " + std::to_string(node->name_bytes) +
                       " bytes, found " + std::to_string(node->name.size()),
                   0);
  }
  if (!is_root && node->parent != parent) {
    reporter_.Odd(
        Errc::kBadValue, "parent key", position_,
        about() + ": expected " + Hex(parent) + ", found " + Hex(node->parent));
  }
  if (node->Is(kKeyVolatile)) {
    reporter_.Odd(Errc::kBadValue, "key flags", position_,
                  about() +
                      ": expected a key that is kept, found a volatile "
                      "one");
  }
  cells_.MarkRead(node->security);
  std::string class_name;
  if (node->class_bytes != 0 && node->class_name != kNoCell) {
    if (const auto text = cells_.Cell(node->class_name)) {
      AppendUtf16Le(SliceClamped(*text, 0, node->class_bytes), &class_name);
    } else {
      Refuse(text.error(), "class name", "class name", 4);
    }
  }
  if (!output_.Key(path_, *node, class_name, position_, false)) {
    stopped_ = true;
    return false;
  }
  ReadValues(cell, *node);
  level.children = ReadChildren(*node);
  levels_.push_back(std::move(level));
  return true;
}

void Tree::CheckOrder(std::string_view name) {
  Level& level = levels_.back();
  if (!level.in_order) return;
  if (!IsAscii(name)) {
    level.in_order = false;  // the table of Windows would be needed
    return;
  }
  std::string upper = UpperAscii(name);
  if (level.next > 1 && upper <= level.last_name) {
    level.in_order = false;
    reporter_.Odd(Errc::kBadValue, "subkey order", position_,
                  "subkeys of " + Clip(path_, 300) +
                      ": expected ascending names, found '" + Clip(name, 60) +
                      "' behind '" + Clip(level.last_name, 60) + "'");
  }
  level.last_name = std::move(upper);
}

void Tree::ReadValues(uint32_t cell, const KeyNode& node) {
  // The count of a predefined key is a handle, and its list nothing.
  if (node.values == 0 || node.Is(kKeyPredefined)) return;
  const auto list = cells_.Cell(node.value_list);
  if (!list) {
    Refuse(list.error(), "value list", "value list", 4);
    return;
  }
  const uint64_t room = list->size() / 4;
  if (room < node.values) {
    reporter_.Lost(Errc::kBadValue, "value list", position_,
                   "key " + Clip(path_, 300) + ": expected " +
                       std::to_string(node.values) +
                       " values, found room for " + std::to_string(room),
                   0);
  }
  for (uint64_t i = 0; i < room; ++i) {
    const uint32_t offset = LoadU32(&(*list)[i * 4]);
    if (i < node.values) {
      ReadValue(offset);
    } else if (offset != 0 && offset % kCellStep == 0) {
      former_.push_back({offset, cell});
    }
  }
}

void Tree::ReadValue(uint32_t offset) {
  const auto bytes = cells_.Cell(offset);
  if (!bytes) {
    Refuse(bytes.error(), "value", "value", 4);
    return;
  }
  const uint64_t position = cells_.PositionOf(offset);
  const auto value = ReadKeyValue(*bytes);
  if (!value) {
    reporter_.Lost(Errc::kBadMagic, "value", position,
                   "cell " + Hex(offset) + ", value of " + Clip(path_, 300) +
                       ": expected 'vk' and 20 bytes, found " +
                       ShowSignature(*bytes) + " and " +
                       std::to_string(bytes->size()) + " bytes",
                   bytes->size() + 4);
    return;
  }
  std::string name;
  AppendName(value->name, value->latin1, &name);
  const auto about = [&] {
    return "cell " + Hex(offset) + ", " + DescribeRegistryValue(path_, name);
  };
  if (value->name.size() < value->name_bytes) {
    reporter_.Lost(Errc::kTruncated, "value name", position,
                   about() + ": expected " + std::to_string(value->name_bytes) +
                       " bytes, found " + std::to_string(value->name.size()),
                   0);
  }
  const auto data =
      ReadValueData(*value, cells_, limits_.text_value_bytes, &buffer_);
  if (!data) {
    const Error& error = data.error();
    if (error.code == Errc::kTruncated && error.what == "cell") {
      ++cut_references_;
      return;
    }
    reporter_.Lost(error.code, "value data", position,
                   about() + ": " + error.detail, bytes->size() + 4);
    return;
  }
  output_.Value(*value, *data, position, false);
}

std::vector<uint32_t> Tree::ReadChildren(const KeyNode& node) {
  std::vector<uint32_t> children;
  if (node.subkeys == 0) return children;
  const auto list = cells_.Cell(node.subkey_list);
  if (!list) {
    Refuse(list.error(), "subkey list", "subkey list", 4);
    return children;
  }
  const auto refuse_leaf = [&](Bytes leaf) {
    reporter_.Lost(
        Errc::kBadMagic, "subkey list", position_,
        "key " + Clip(path_, 300) +
            ": expected 'lf', 'lh' or 'li' and its elements, found " +
            ShowSignature(leaf) + " in " + std::to_string(leaf.size()) +
            " bytes",
        leaf.size() + 4);
  };
  bool whole = true;
  if (list->size() >= 4 && AsChars(list->first(2)) == std::string_view("ri")) {
    const uint64_t room = (list->size() - 4) / 4;
    const uint64_t count = std::min<uint64_t>(LoadU16(&(*list)[2]), room);
    for (uint64_t i = 0; i < count; ++i) {
      const auto leaf = cells_.Cell(LoadU32(&(*list)[4 + i * 4]));
      if (!leaf) {
        Refuse(leaf.error(), "subkey list", "part of the subkey list", 4);
        whole = false;
      } else if (!AppendLeaf(*leaf, &children)) {
        refuse_leaf(*leaf);
        whole = false;
      }
    }
  } else if (!AppendLeaf(*list, &children)) {
    refuse_leaf(*list);
    whole = false;
  }
  if (whole && children.size() != node.subkeys) {
    const std::string detail = "key " + Clip(path_, 300) + ": expected " +
                               std::to_string(node.subkeys) +
                               " subkeys, found " +
                               std::to_string(children.size());
    if (children.size() < node.subkeys) {
      reporter_.Lost(Errc::kBadValue, "subkey count", position_, detail, 0);
    } else {
      reporter_.Odd(Errc::kBadValue, "subkey count", position_, detail);
    }
  }
  return children;
}

bool Tree::AppendLeaf(Bytes leaf, std::vector<uint32_t>* children) {
  if (leaf.size() < 4) return false;
  const std::string_view signature = AsChars(leaf.first(2));
  const bool hinted = signature == "lf" || signature == "lh";
  if (!hinted && signature != "li") return false;
  const uint64_t step = hinted ? 8 : 4;
  const uint64_t count =
      std::min<uint64_t>(LoadU16(&leaf[2]), (leaf.size() - 4) / step);
  for (uint64_t i = 0; i < count; ++i) {
    children->push_back(LoadU32(&leaf[4 + i * step]));
  }
  return true;
}

void Tree::Refuse(const Error& error, const char* what,
                  std::string_view subject, uint64_t bytes_lost) {
  if (error.code == Errc::kTruncated) {
    ++cut_references_;
    return;
  }
  reporter_.Lost(
      error.code, what, position_,
      std::string(subject) + " of " + Clip(path_, 300) + ": " + error.detail,
      bytes_lost);
}

}  // namespace espial::registry_hive
