#include <espial/core/text.h>
#include <espial/core/time.h>
#include <espial/model/value.h>

#include <array>
#include <bit>
#include <charconv>

namespace espial {
namespace {

template <typename Number>
void AppendNumber(Number number, std::string* out) {
  std::array<char, 32> buffer{};
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
  out->append(buffer.data(), end);
}

}  // namespace

void AppendText(const Value& value, std::string* out) {
  switch (value.type) {
    case ValueType::kNull:
      return;
    case ValueType::kString:
    case ValueType::kGuid:
    case ValueType::kSid:
    case ValueType::kXml:
    case ValueType::kList:
      out->append(value.text);
      return;
    case ValueType::kInt:
      AppendNumber(static_cast<int64_t>(value.number), out);
      return;
    case ValueType::kUInt:
      AppendNumber(value.number, out);
      return;
    case ValueType::kFloat:
      AppendNumber(std::bit_cast<double>(value.number), out);
      return;
    case ValueType::kBool:
      out->append(value.number != 0 ? "true" : "false");
      return;
    case ValueType::kHex32:
    case ValueType::kHex64:
      out->append("0x");
      out->append(ToHex(value.number));
      return;
    case ValueType::kTime:
      out->append(FormatUtc(Ticks{value.number}));
      return;
    case ValueType::kBinary: {
      static constexpr char kDigits[] = "0123456789ABCDEF";
      for (const char c : value.text) {
        const auto byte = static_cast<unsigned char>(c);
        out->push_back(kDigits[byte >> 4U]);
        out->push_back(kDigits[byte & 0xFU]);
      }
      return;
    }
  }
}

std::string ToText(const Value& value) {
  std::string out;
  AppendText(value, &out);
  return out;
}

}  // namespace espial
