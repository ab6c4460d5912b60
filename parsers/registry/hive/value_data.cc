#include "parsers/registry/hive/value_data.h"

#include <algorithm>

namespace espial::registry_hive {
namespace {

// Data above this size is split, since version 1.4, and a piece holds so much.
constexpr uint32_t kPieceBytes = 16344;

Error TooShort(uint64_t expected, uint64_t found) {
  return Error{Errc::kTruncated, "value data", 0,
               "expected " + std::to_string(expected) +
                   " bytes of data, found " + std::to_string(found)};
}

// `head` is a big data record: "db", the number of pieces, and their list.
Result<Bytes> ReadPieces(const KeyValue& value, Bytes head, CellAccess& cells,
                         std::string* buffer) {
  const uint64_t count = LoadU16(&head[2]);
  const uint64_t needed =
      (uint64_t{value.size} + kPieceBytes - 1) / kPieceBytes;
  if (count != needed) {
    return Error{Errc::kBadValue, "big data", 0,
                 "expected " + std::to_string(needed) + " pieces, found " +
                     std::to_string(count)};
  }
  ESPIAL_TRY_ASSIGN(const Bytes list, cells.Cell(LoadU32(&head[4])));
  if (list.size() / 4 < count) return TooShort(count * 4, list.size());
  buffer->clear();
  for (uint64_t i = 0; i < count; ++i) {
    ESPIAL_TRY_ASSIGN(const Bytes piece, cells.Cell(LoadU32(&list[i * 4])));
    const uint64_t want =
        std::min<uint64_t>(kPieceBytes, value.size - buffer->size());
    if (piece.size() < want) return TooShort(want, piece.size());
    buffer->append(AsChars(piece.first(want)));
  }
  return AsBytes(*buffer);
}

}  // namespace

Result<Bytes> ReadValueData(const KeyValue& value, CellAccess& cells,
                            uint64_t limit, std::string* buffer) {
  if (value.in_place) {
    if (value.size > 4) return TooShort(value.size, 4);
    return value.data_field.first(value.size);
  }
  if (value.size == 0) return Bytes();
  if (value.size > limit) {
    return Error{Errc::kLimitExceeded, "value data", 0,
                 "limit " + std::to_string(limit) + " bytes, found " +
                     std::to_string(value.size)};
  }
  ESPIAL_TRY_ASSIGN(const Bytes cell, cells.Cell(value.data));
  if (cell.size() >= value.size) return cell.first(value.size);
  if (value.size > kPieceBytes && cell.size() >= 8 &&
      AsChars(cell.first(2)) == std::string_view("db")) {
    return ReadPieces(value, cell, cells, buffer);
  }
  return TooShort(value.size, cell.size());
}

}  // namespace espial::registry_hive
