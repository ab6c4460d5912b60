#include "tests/parsers/registry/hive/hive_writer.h"

#include <espial/core/bytes.h>

#include <algorithm>

#include "parsers/registry/hive/marvin32.h"

namespace espial::registry_hive::testing {
namespace {

constexpr uint64_t kPage = 4096;

void Add16(std::string* out, uint16_t value) {
  out->push_back(static_cast<char>(value & 0xFFU));
  out->push_back(static_cast<char>(value >> 8U));
}
void Add32(std::string* out, uint32_t value) {
  Add16(out, static_cast<uint16_t>(value & 0xFFFFU));
  Add16(out, static_cast<uint16_t>(value >> 16U));
}
void Add64(std::string* out, uint64_t value) {
  Add32(out, static_cast<uint32_t>(value & 0xFFFFFFFFU));
  Add32(out, static_cast<uint32_t>(value >> 32U));
}

void Pad(std::string* out, uint64_t step) {
  out->resize((out->size() + step - 1) / step * step);
}

std::string BaseBlockBytes(const BaseSpec& base, uint32_t root,
                           uint32_t bins_size) {
  std::string out = "regf";
  Add32(&out, base.sequence1);
  Add32(&out, base.sequence2);
  Add64(&out, base.written);
  Add32(&out, base.major);
  Add32(&out, base.minor);
  Add32(&out, base.type);
  Add32(&out, 1);
  Add32(&out, root);
  Add32(&out, bins_size);
  Add32(&out, 1);
  out += Wide(base.file_name, false);
  out.resize(512);
  FixChecksum(&out);
  return out;
}

}  // namespace

std::string Wide(std::string_view text, bool nul) {
  std::string out;
  for (const char c : text) {
    out.push_back(c);
    out.push_back('\0');
  }
  if (nul) out.append(2, '\0');
  return out;
}

std::string Number(uint32_t number) {
  std::string out;
  Add32(&out, number);
  return out;
}

void Put32(std::string* bytes, uint64_t at, uint32_t value) {
  std::string four;
  Add32(&four, value);
  bytes->replace(at, 4, four);
}

uint32_t Take32(const std::string& bytes, uint64_t at) {
  return LoadU32(&AsBytes(bytes)[at]);
}

void FixChecksum(std::string* hive) {
  uint32_t sum = 0;
  for (uint64_t i = 0; i < 508; i += 4) sum ^= Take32(*hive, i);
  if (sum == 0) sum = 1;
  if (sum == 0xFFFFFFFFU) sum = 0xFFFFFFFEU;
  Put32(hive, 508, sum);
}

uint32_t HiveWriter::Cell(std::string_view data, bool in_use) {
  const uint64_t size = (data.size() + 4 + 7) / 8 * 8;
  // What is left behind a cell must hold a free one, or nothing.
  if (bin_end_ != 0 && size > bin_end_ - next_) EndBin();
  if (bin_end_ == 0) {
    bin_begin_ = bins_.size();
    const uint64_t bin = (size + 32 + kPage - 1) / kPage * kPage;
    std::string header = "hbin";
    Add32(&header, static_cast<uint32_t>(bin_begin_));
    Add32(&header, static_cast<uint32_t>(bin));
    header.resize(32);
    bins_ += header;
    bins_.resize(bin_begin_ + bin);
    bin_end_ = bin_begin_ + bin;
    next_ = bin_begin_ + 32;
  }
  const uint64_t at = next_;
  const auto field = static_cast<uint32_t>(size);
  Put32(&bins_, at, in_use ? 0U - field : field);
  bins_.replace(at + 4, data.size(), data);
  next_ += size;
  if (next_ == bin_end_) bin_end_ = 0;
  return static_cast<uint32_t>(at);
}

void HiveWriter::EndBin() {
  if (bin_end_ == 0) return;
  Put32(&bins_, next_, static_cast<uint32_t>(bin_end_ - next_));
  bin_end_ = 0;
}

void HiveWriter::Free(uint32_t offset) {
  Put32(&bins_, offset, 0U - Take32(bins_, offset));
}

void HiveWriter::Set16(uint32_t offset, uint32_t at, uint16_t value) {
  std::string two;
  Add16(&two, value);
  bins_.replace(offset + 4 + at, 2, two);
}
void HiveWriter::Set32(uint32_t offset, uint32_t at, uint32_t value) {
  Put32(&bins_, offset + 4 + at, value);
}
uint32_t HiveWriter::Get32(uint32_t offset, uint32_t at) const {
  return Take32(bins_, offset + 4 + at);
}

uint32_t HiveWriter::Value(const ValueSpec& value) {
  const auto size = static_cast<uint32_t>(value.data.size());
  std::string vk = "vk";
  Add16(&vk, static_cast<uint16_t>(value.name.size()));
  if (size <= 4) {
    Add32(&vk, size | 0x80000000U);
    std::string data = value.data;
    data.resize(4);
    vk += data;
  } else {
    Add32(&vk, size);
    Add32(&vk, kNoCell);
  }
  Add32(&vk, value.type);
  Add16(&vk, value.latin1 ? 1 : 0);
  Add16(&vk, 0);
  vk += value.name;
  const uint32_t offset = Cell(vk);
  if (size > 16344) {
    std::string list;
    uint16_t count = 0;
    for (uint64_t at = 0; at < size; at += 16344) {
      // A piece is followed by four bytes that mean nothing.
      Add32(&list, Cell(value.data.substr(at, 16344) + "pad!"));
      ++count;
    }
    std::string db = "db";
    Add16(&db, count);
    Add32(&db, Cell(list));
    Set32(offset, 8, Cell(db));
  } else if (size > 4) {
    Set32(offset, 8, Cell(value.data));
  }
  return offset;
}

uint32_t HiveWriter::Key(const KeySpec& key, uint32_t parent) {
  const bool root = parent == kNoCell;
  std::string nk = "nk";
  Add16(&nk, static_cast<uint16_t>(key.flags | (key.latin1 ? 0x20U : 0U) |
                                   (root ? 0x0CU : 0U)));
  Add64(&nk, key.written);
  Add32(&nk, 0);
  Add32(&nk, root ? 0 : parent);
  Add32(&nk, static_cast<uint32_t>(key.subkeys.size()));
  Add32(&nk, 0);
  Add32(&nk, kNoCell);
  Add32(&nk, kNoCell);
  Add32(&nk, static_cast<uint32_t>(key.values.size()));
  Add32(&nk, kNoCell);
  Add32(&nk, kNoCell);
  Add32(&nk, kNoCell);
  nk.resize(72);
  Add16(&nk, static_cast<uint16_t>(key.name.size()));
  Add16(&nk, static_cast<uint16_t>(2 * key.class_name.size()));
  nk += key.name;
  const uint32_t offset = Cell(nk);
  if (!key.class_name.empty()) {
    Set32(offset, 48, Cell(Wide(key.class_name, false)));
  }
  if (!key.values.empty()) {
    std::string list;
    for (const ValueSpec& value : key.values) Add32(&list, Value(value));
    Set32(offset, 40, Cell(list));
  }
  std::vector<uint32_t> children;
  for (const KeySpec& subkey : key.subkeys) {
    children.push_back(Key(subkey, offset));
  }
  if (children.empty()) return offset;
  const auto leaf = [&](const std::string& kind, size_t from, size_t to) {
    std::string list = kind;
    Add16(&list, static_cast<uint16_t>(to - from));
    for (size_t i = from; i < to; ++i) {
      Add32(&list, children[i]);
      if (kind != "li") Add32(&list, 0);
    }
    return Cell(list);
  };
  const size_t half = children.size() / 2;
  if (key.list != "ri") {
    Set32(offset, 28, leaf(key.list, 0, children.size()));
    return offset;
  }
  std::string list = "ri";
  Add16(&list, 2);
  Add32(&list, leaf("lh", 0, half));
  Add32(&list, leaf("lh", half, children.size()));
  Set32(offset, 28, Cell(list));
  return offset;
}

uint32_t HiveWriter::Root(const KeySpec& key) {
  root_ = Key(key, kNoCell);
  return root_;
}

std::string HiveWriter::Bins() {
  EndBin();
  return bins_;
}

std::string HiveWriter::Finish(const BaseSpec& base) {
  EndBin();
  std::string out =
      BaseBlockBytes(base, root_, static_cast<uint32_t>(bins_.size()));
  out.resize(kPage);
  return out + bins_;
}

std::string LogEntryBytes(const EntrySpec& entry) {
  std::string body;
  for (const PageSpec& page : entry.pages) {
    Add32(&body, page.target);
    Add32(&body, static_cast<uint32_t>(page.bytes.size()));
  }
  for (const PageSpec& page : entry.pages) body += page.bytes;
  body.resize((body.size() + 40 + 511) / 512 * 512 - 40);
  std::string out = "HvLE";
  Add32(&out, static_cast<uint32_t>(body.size() + 40));
  Add32(&out, 0);
  Add32(&out, entry.sequence);
  Add32(&out, entry.bins_size);
  Add32(&out, static_cast<uint32_t>(entry.pages.size()));
  Add64(&out, Marvin32(AsBytes(body)));
  Add64(&out, Marvin32(AsBytes(out)));
  return out + body;
}

std::string EntryLog(BaseSpec base, const std::vector<EntrySpec>& entries) {
  base.type = 6;
  base.sequence1 = entries.front().sequence;
  base.sequence2 = base.sequence1;
  std::string out = BaseBlockBytes(base, 0x20, entries.front().bins_size);
  for (const EntrySpec& entry : entries) out += LogEntryBytes(entry);
  return out;
}

std::string BitmapLog(BaseSpec base, const std::string& before,
                      const std::string& after) {
  base.type = 1;
  std::string out =
      BaseBlockBytes(base, 0x20, static_cast<uint32_t>(after.size()));
  out += "DIRT";
  std::string pages;
  for (uint64_t at = 0; at < after.size(); at += kPage) {
    uint8_t bits = 0;
    for (uint64_t i = 0; i < 8; ++i) {
      const std::string page = after.substr(at + i * 512, 512);
      if (at + i * 512 < before.size() &&
          before.compare(at + i * 512, 512, page) == 0) {
        continue;
      }
      bits = static_cast<uint8_t>(bits | 1U << i);
      pages += page;
    }
    out.push_back(static_cast<char>(bits));
  }
  Pad(&out, 512);
  return out + pages;
}

}  // namespace espial::registry_hive::testing
