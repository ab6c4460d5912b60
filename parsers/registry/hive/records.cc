#include "parsers/registry/hive/records.h"

#include <espial/core/text.h>

#include <algorithm>
#include <string_view>

namespace espial::registry_hive {
namespace {

constexpr uint64_t kKeyNodeBytes = 76;
constexpr uint64_t kKeyValueBytes = 20;
// Limits of Windows: 255 characters a key, 16383 a value.
constexpr uint64_t kMostKeyName = 510;
constexpr uint64_t kMostValueName = 32766;
// FILETIMEs of 1990 and 2100.
constexpr uint64_t kEarliest = 122'752'800'000'000'000;
constexpr uint64_t kLatest = 157'469'184'000'000'000;
constexpr uint32_t kNoOffset = 0xFFFFFFFFU;
// The smallest record that a list can name: a cell with nothing in it.
constexpr uint64_t kCellBytesLeast = 8;

bool HasSignature(Bytes cell, std::string_view signature) {
  return AsChars(SliceClamped(cell, 0, 2)) == signature;
}

// An offset of a record that may be absent.
bool CanPointTo(uint32_t offset, uint64_t bins_size) {
  return offset == kNoOffset || (offset % 8 == 0 && offset < bins_size);
}

// Names of a record that nothing vouches for: no control characters.
bool IsCleanName(Bytes name, bool latin1) {
  if (latin1) {
    return std::all_of(name.begin(), name.end(), [](std::byte b) {
      return b >= std::byte{0x20} && b != std::byte{0x7F};
    });
  }
  if (name.size() % 2 != 0) return false;
  for (size_t i = 0; i < name.size(); i += 2) {
    if (LoadU16(&name[i]) < 0x20) return false;
  }
  return true;
}

}  // namespace

std::optional<KeyNode> ReadKeyNode(Bytes cell) {
  if (!HasSignature(cell, "nk") || cell.size() < kKeyNodeBytes) {
    return std::nullopt;
  }
  ByteReader reader(cell);
  reader.Skip(2, "signature");
  KeyNode node;
  node.flags = reader.U16("key flags");
  node.written = reader.U64("last written");
  reader.Skip(4, "access bits");
  node.parent = reader.U32("parent");
  node.subkeys = reader.U32("subkeys");
  reader.Skip(4, "volatile subkeys");
  node.subkey_list = reader.U32("subkey list");
  reader.Skip(4, "volatile subkey list");
  node.values = reader.U32("values");
  node.value_list = reader.U32("value list");
  node.security = reader.U32("security");
  node.class_name = reader.U32("class name");
  reader.Skip(20, "longest names");
  node.name_bytes = reader.U16("name length");
  node.class_bytes = reader.U16("class length");
  node.name = SliceClamped(cell, kKeyNodeBytes, node.name_bytes);
  return node;
}

std::optional<KeyValue> ReadKeyValue(Bytes cell) {
  if (!HasSignature(cell, "vk") || cell.size() < kKeyValueBytes) {
    return std::nullopt;
  }
  constexpr uint32_t kInPlace = 0x80000000U;
  ByteReader reader(cell);
  reader.Skip(2, "signature");
  KeyValue value;
  value.name_bytes = reader.U16("name length");
  const uint32_t size = reader.U32("data size");
  value.size = size & ~kInPlace;
  value.in_place = (size & kInPlace) != 0;
  value.data_field = cell.subspan(8, 4);
  value.data = reader.U32("data");
  value.type = reader.U32("type");
  value.latin1 = (reader.U16("value flags") & 1U) != 0;
  value.name = SliceClamped(cell, kKeyValueBytes, value.name_bytes);
  return value;
}

std::optional<KeyNode> ReadLostKeyNode(Bytes cell, uint64_t bins_size) {
  auto node = ReadKeyNode(cell);
  if (!node) return std::nullopt;
  const uint64_t most = bins_size / kCellBytesLeast;
  const bool sound =
      node->name_bytes != 0 && node->name_bytes <= kMostKeyName &&
      node->name.size() == node->name_bytes &&
      IsCleanName(node->name, node->Is(kKeyLatin1)) &&
      node->written >= kEarliest && node->written <= kLatest &&
      node->subkeys <= most && CanPointTo(node->subkey_list, bins_size) &&
      (node->Is(kKeyPredefined) || node->values <= most) &&
      CanPointTo(node->value_list, bins_size) && node->class_bytes <= 0x7FFF;
  return sound ? node : std::nullopt;
}

std::optional<KeyValue> ReadLostKeyValue(Bytes cell, uint64_t bins_size) {
  auto value = ReadKeyValue(cell);
  if (!value) return std::nullopt;
  const uint16_t flags = LoadU16(&cell[16]);
  const bool sound =
      value->name_bytes <= kMostValueName &&
      value->name.size() == value->name_bytes &&
      IsCleanName(value->name, value->latin1) && flags <= 0x1F &&
      (value->type <= 0xFFFF || value->type >= 0xFFFF0000U) &&
      (value->in_place ? value->size <= 4
                       : value->size == 0 ||
                             (value->size <= bins_size &&
                              value->data % 8 == 0 && value->data < bins_size));
  return sound ? value : std::nullopt;
}

uint64_t AppendName(Bytes name, bool latin1, std::string* out) {
  if (!latin1) return AppendUtf16Le(name, out);
  for (const std::byte b : name) {
    const auto c = std::to_integer<uint32_t>(b);
    if (c < 0x80) {
      out->push_back(static_cast<char>(c));
    } else {
      AppendUtf8(c, out);
    }
  }
  return 0;
}

}  // namespace espial::registry_hive
