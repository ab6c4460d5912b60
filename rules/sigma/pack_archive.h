// Bytes of a compiled pack, written and read by the same functions: a visitor
// is called with a PackWriter or a PackReader, and hands it each member in
// turn.
#pragma once

#include <espial/core/bytes.h>
#include <espial/core/result.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "rules/engine/varint.h"

namespace espial::rules {

class PackWriter {
 public:
  static constexpr bool kReading = false;

  // Numbers and enumerations; `most` is the largest that is sound.
  template <typename T>
  void Number(T& value, uint64_t /*most*/, const char* /*what*/) {
    AppendVarint(static_cast<uint64_t>(value), &out_);
  }
  void Flag(bool& value, const char* what) { Number(value, 1, what); }
  void Text(std::string& text, const char* what) {
    size_t size = text.size();
    Number(size, 0, what);
    out_ += text;
  }
  template <typename T, typename F>
  void List(std::vector<T>& items, const char* what, const F& visit) {
    size_t count = items.size();
    Number(count, 0, what);
    for (T& item : items) visit(item);
  }
  // What a reader checks once a part has been read.
  void Check(bool /*sound*/, const char* /*what*/) {}
  [[nodiscard]] bool ok() const { return true; }

  std::string Take() { return std::move(out_); }

 private:
  std::string out_;
};

// Its first failure sticks; what is read behind it is empty.
class PackReader {
 public:
  static constexpr bool kReading = true;

  // `base` is the offset of the bytes in the file.
  PackReader(Bytes bytes, uint64_t base) : reader_(bytes, base) {}

  template <typename T>
  void Number(T& value, uint64_t most, const char* what) {
    uint64_t number = 0;
    const bool fits = ReadVarint([&] { return reader_.U8(what); }, &number);
    if (!fits || number > most) return Fail(what);
    value = static_cast<T>(number);
  }
  void Flag(bool& value, const char* what) {
    uint8_t number = 0;
    Number(number, 1, what);
    value = number != 0;
  }
  void Text(std::string& text, const char* what) {
    uint64_t size = 0;
    Number(size, reader_.remaining(), what);
    text = AsChars(reader_.ReadBytes(size, what));
  }
  template <typename T, typename F>
  void List(std::vector<T>& items, const char* what, const F& visit) {
    uint64_t count = 0;
    // Whatever an item is, it takes a byte at least.
    Number(count, reader_.remaining(), what);
    items.clear();
    if (reader_.ok()) items.reserve(std::min<uint64_t>(count, 4096));
    for (uint64_t i = 0; i < count && reader_.ok(); ++i) {
      visit(items.emplace_back());
    }
  }
  void Check(bool sound, const char* what) {
    if (!sound) Fail(what);
  }
  [[nodiscard]] bool ok() const { return reader_.ok(); }
  [[nodiscard]] uint64_t remaining() const { return reader_.remaining(); }
  [[nodiscard]] Status status() const { return reader_.status(); }

 private:
  void Fail(const char* what) { reader_.Fail(Errc::kBadValue, what); }

  ByteReader reader_;
};

}  // namespace espial::rules
