#include <espial/core/result.h>
#include <espial/core/text.h>
#include <espial/core/time.h>
#include <espial/report/json_writer.h>

namespace espial::report {

JsonWriter& JsonWriter::Begin(char bracket) {
  BeforeValue();
  out_->push_back(bracket);
  levels_.push_back({.is_object = bracket == '{'});
  return *this;
}

JsonWriter& JsonWriter::End(char bracket) {
  ESPIAL_DCHECK(!levels_.empty());
  ESPIAL_DCHECK(levels_.back().is_object == (bracket == '}'));
  ESPIAL_DCHECK(!after_key_);
  const bool empty = levels_.back().empty;
  levels_.pop_back();
  if (!empty) NewLine();
  out_->push_back(bracket);
  return *this;
}

JsonWriter& JsonWriter::Key(std::string_view name) {
  ESPIAL_DCHECK(!levels_.empty() && levels_.back().is_object);
  ESPIAL_DCHECK(!after_key_);
  BeforeValue();
  Quote(name);
  out_->append(style_ == Style::kIndented ? ": " : ":");
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::String(std::string_view text) {
  BeforeValue();
  Quote(text);
  return *this;
}

JsonWriter& JsonWriter::Number(uint64_t number) {
  BeforeValue();
  out_->append(std::to_string(number));
  return *this;
}

JsonWriter& JsonWriter::Number(int64_t number) {
  BeforeValue();
  out_->append(std::to_string(number));
  return *this;
}

JsonWriter& JsonWriter::Seconds(int64_t ticks) {
  BeforeValue();
  // The magnitude as unsigned, so that the least int64_t has one too.
  const uint64_t magnitude = ticks < 0
                                 ? uint64_t{0} - static_cast<uint64_t>(ticks)
                                 : static_cast<uint64_t>(ticks);
  constexpr auto kPerSecond = static_cast<uint64_t>(kTicksPerSecond);
  if (ticks < 0) out_->push_back('-');
  out_->append(std::to_string(magnitude / kPerSecond));
  if (const uint64_t rest = magnitude % kPerSecond; rest != 0) {
    std::string digits = std::to_string(rest);
    digits.insert(0, 7 - digits.size(), '0');
    digits.erase(digits.find_last_not_of('0') + 1);
    out_->append(".").append(digits);
  }
  return *this;
}

JsonWriter& JsonWriter::Bool(bool value) {
  BeforeValue();
  out_->append(value ? "true" : "false");
  return *this;
}

JsonWriter& JsonWriter::Null() {
  BeforeValue();
  out_->append("null");
  return *this;
}

void JsonWriter::BeforeValue() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (levels_.empty()) return;
  if (!levels_.back().empty) out_->push_back(',');
  levels_.back().empty = false;
  NewLine();
}

void JsonWriter::NewLine() {
  if (style_ != Style::kIndented) return;
  out_->push_back('\n');
  out_->append(2 * levels_.size(), ' ');
}

void JsonWriter::Quote(std::string_view text) {
  std::string repaired;
  if (!IsValidUtf8(text)) {
    repaired = RepairUtf8(text);
    text = repaired;
  }
  out_->push_back('"');
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    const std::string_view rest = text.substr(i);
    if (c == '"' || c == '\\') {
      out_->push_back('\\');
      out_->push_back(c);
    } else if (c == '\n') {
      out_->append("\\n");
    } else if (c == '\r') {
      out_->append("\\r");
    } else if (c == '\t') {
      out_->append("\\t");
    } else if (byte < 0x20 || byte == 0x7F) {
      out_->append("\\u").append(ToHex(byte, 4));
    } else if (byte == 0xC2 && rest.size() > 1 &&
               static_cast<unsigned char>(rest[1]) < 0xA0) {
      out_->append("\\u").append(ToHex(static_cast<unsigned char>(rest[1]), 4));
      ++i;
    } else if (rest.starts_with("\xE2\x80\xA8") ||
               rest.starts_with("\xE2\x80\xA9")) {
      out_->append(rest[2] == '\xA8' ? "\\u2028" : "\\u2029");
      i += 2;
    } else {
      out_->push_back(c);
    }
  }
  out_->push_back('"');
}

}  // namespace espial::report
