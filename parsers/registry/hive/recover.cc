#include "parsers/registry/hive/recover.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "parsers/registry/hive/value_data.h"
#include "parsers/support/registry_value.h"

namespace espial::registry_hive {
namespace {

// Cells within the ranges that nobody read.
class FreedCells : public CellAccess {
 public:
  FreedCells(const Image& image, std::vector<Range> ranges)
      : image_(image),
        ranges_(std::move(ranges)),
        allowance_(2 * image.bins.size()) {}

  [[nodiscard]] const std::vector<Range>& ranges() const { return ranges_; }

  // The range around `position`; an empty one when it was read.
  [[nodiscard]] Range RangeOf(uint64_t position) const {
    auto next = std::upper_bound(
        ranges_.begin(), ranges_.end(), position,
        [](uint64_t at, const Range& range) { return at < range.begin; });
    if (next == ranges_.begin()) return {};
    --next;
    return position < next->end ? *next : Range{};
  }

  // The bytes from behind the size of a cell that may begin at `position`: to
  // its end when the size makes sense, else to the end of the range.
  [[nodiscard]] Bytes Guess(uint64_t position, const Range& range) const {
    const uint64_t size = CellSizeAt(image_, position, range.end);
    const uint64_t end = size != 0 ? position + size : range.end;
    return end - position < 8
               ? Bytes()
               : image_.bins.subspan(position + 4, end - position - 4);
  }

  // Bytes that are named over and over come out twice on average, no more.
  Result<Bytes> Cell(uint32_t offset) override {
    const uint64_t position = offset - image_.first;
    const Range range = offset < image_.first || offset % kCellStep != 0
                            ? Range{}
                            : RangeOf(position);
    const uint64_t size = CellSizeAt(image_, position, range.end);
    if (size == 0 || size > allowance_) {
      return Error{Errc::kNotFound, "free cell", 0,
                   "expected a free cell at " + Hex(offset) + ", found none"};
    }
    allowance_ -= size;
    return image_.bins.subspan(position + 4, size - 4);
  }

 private:
  const Image& image_;
  std::vector<Range> ranges_;
  uint64_t allowance_;
};

class Recovery {
 public:
  Recovery(const Image& image, const Limits& limits, const CellMap& cells,
           const LiveRoot& root, Output& output)
      : image_(image),
        limits_(limits),
        cells_(cells),
        root_(root),
        output_(output),
        freed_(image, cells.Unread()) {}

  void Run(const std::vector<FormerValue>& former);

 private:
  struct Lost {
    uint32_t cell = 0;
    bool taken = false;
  };

  void Scan();
  void EmitKey(uint32_t cell);
  void EmitValue(Lost* lost);
  Lost* FindValue(uint32_t cell);
  // The key node whose cell is at `offset`, in use or freed.
  [[nodiscard]] std::optional<KeyNode> KeyAt(uint32_t offset) const;
  // Sets path_ to the path of the key at `cell`.
  void MakePath(uint32_t cell);

  const Image& image_;
  const Limits& limits_;
  const CellMap& cells_;
  const LiveRoot& root_;
  Output& output_;
  FreedCells freed_;
  std::vector<uint32_t> keys_;
  std::vector<Lost> values_;  // by cell, ascending
  std::string path_;
  std::string buffer_;
  bool stopped_ = false;
};

void Recovery::Run(const std::vector<FormerValue>& former) {
  Scan();
  for (const uint32_t key : keys_) {
    if (stopped_) return;
    EmitKey(key);
  }
  for (const FormerValue& entry : former) {
    Lost* value = FindValue(entry.value);
    if (value == nullptr || value->taken || stopped_) continue;
    MakePath(entry.key);
    if (!output_.NamelessKey(path_)) return;
    EmitValue(value);
  }
  if (stopped_ || !output_.NamelessKey("?")) return;
  for (Lost& value : values_) {
    if (!value.taken) EmitValue(&value);
  }
}

void Recovery::Scan() {
  for (const Range& range : freed_.ranges()) {
    const uint64_t begin =
        (range.begin + kCellStep - 1) / kCellStep * kCellStep;
    for (uint64_t at = begin; at < range.end && range.end - at >= 8;
         at += kCellStep) {
      const std::byte second = image_.bins[at + 5];
      if (second != std::byte{'k'}) continue;
      const std::byte first = image_.bins[at + 4];
      const auto cell = static_cast<uint32_t>(image_.first + at);
      if (first == std::byte{'n'}) {
        if (ReadLostKeyNode(freed_.Guess(at, range), image_.declared)) {
          keys_.push_back(cell);
        }
      } else if (first == std::byte{'v'}) {
        if (ReadLostKeyValue(freed_.Guess(at, range), image_.declared)) {
          values_.push_back({cell, false});
        }
      }
    }
  }
}

Recovery::Lost* Recovery::FindValue(uint32_t cell) {
  const auto found = std::lower_bound(
      values_.begin(), values_.end(), cell,
      [](const Lost& value, uint32_t wanted) { return value.cell < wanted; });
  return found != values_.end() && found->cell == cell ? &*found : nullptr;
}

std::optional<KeyNode> Recovery::KeyAt(uint32_t offset) const {
  if (offset == kNoCell || offset < image_.first || offset % kCellStep != 0) {
    return std::nullopt;
  }
  const uint64_t position = offset - image_.first;
  const Range range = freed_.RangeOf(position);
  if (range.end != 0) {
    return ReadLostKeyNode(freed_.Guess(position, range), image_.declared);
  }
  const auto bytes = cells_.Look(offset);
  return bytes ? ReadKeyNode(*bytes) : std::nullopt;
}

void Recovery::MakePath(uint32_t cell) {
  std::vector<std::string> names;
  std::string top = "?";
  size_t size = 0;
  while (cell != root_.cell) {
    const auto node = KeyAt(cell);
    if (!node) break;
    std::string name;
    AppendName(node->name, node->Is(kKeyLatin1), &name);
    if (node->Is(kKeyRoot) && root_.cell == kNoCell) {
      top = std::move(name);
      break;
    }
    size += name.size() + 1;
    names.push_back(std::move(name));
    if (node->Is(kKeyRoot)) break;
    cell = node->parent;
    if (names.size() > kMostLevels || size > kMaxRegistryKeyBytes) {
      // Parents in a circle: the name alone is sound.
      names.resize(1);
      break;
    }
  }
  if (cell == root_.cell && root_.cell != kNoCell) top = root_.path;
  path_ = top;
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    path_ += '\\';
    path_ += *name;
  }
}

void Recovery::EmitKey(uint32_t cell) {
  const uint64_t position = cell - image_.first;
  const auto node = KeyAt(cell);
  if (!node) return;
  MakePath(cell);
  std::string class_name;
  if (node->class_bytes != 0 && node->class_name != kNoCell) {
    if (const auto text = freed_.Cell(node->class_name)) {
      AppendName(SliceClamped(*text, 0, node->class_bytes), false, &class_name);
    }
  }
  if (!output_.Key(path_, *node, class_name, position, true)) {
    stopped_ = true;
    return;
  }
  if (node->values == 0 || node->Is(kKeyPredefined)) return;
  const auto list = freed_.Cell(node->value_list);
  if (!list) return;
  const uint64_t count = std::min<uint64_t>(node->values, list->size() / 4);
  for (uint64_t i = 0; i < count; ++i) {
    Lost* value = FindValue(LoadU32(&(*list)[i * 4]));
    if (value != nullptr && !value->taken) EmitValue(value);
  }
}

void Recovery::EmitValue(Lost* lost) {
  lost->taken = true;
  const uint64_t position = lost->cell - image_.first;
  const auto value =
      ReadKeyValue(freed_.Guess(position, freed_.RangeOf(position)));
  if (!value) return;
  const auto data =
      ReadValueData(*value, freed_, limits_.text_value_bytes, &buffer_);
  if (!data) {
    ++output_.counts.overwritten;
    return;
  }
  output_.Value(*value, *data, position, true);
}

}  // namespace

void RecoverDeleted(const Image& image, const Limits& limits,
                    const CellMap& cells, const LiveRoot& root,
                    const std::vector<FormerValue>& former, Output& output) {
  Recovery(image, limits, cells, root, output).Run(former);
}

}  // namespace espial::registry_hive
