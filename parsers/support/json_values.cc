// The scalars: strings, what is nested in them, numbers, literals.
#include <espial/core/text.h>

#include <algorithm>

#include "parsers/support/json_facts.h"
#include "parsers/support/json_string.h"
#include "parsers/support/json_walker.h"
#include "parsers/support/text_source.h"

namespace espial {
namespace {

// JSON in a string in a string ...; deeper ones stay the strings they are.
constexpr int kMaxTextNesting = 4;

bool IsNumberPart(char c) {
  return IsJsonDigit(c) || c == '-' || c == '+' || c == '.' || c == 'e' ||
         c == 'E';
}

// Whether `token` is a JSON number; zeros in front are let through.
bool IsNumber(std::string_view token) {
  size_t i = 0;
  const auto digits = [&] {
    const size_t start = i;
    while (i < token.size() && IsJsonDigit(token[i])) ++i;
    return i > start;
  };
  if (i < token.size() && token[i] == '-') ++i;
  if (!digits()) return false;
  if (i < token.size() && token[i] == '.') {
    ++i;
    if (!digits()) return false;
  }
  if (i < token.size() && (token[i] == 'e' || token[i] == 'E')) {
    ++i;
    if (i < token.size() && (token[i] == '-' || token[i] == '+')) ++i;
    if (!digits()) return false;
  }
  return i == token.size();
}

}  // namespace

std::optional<std::string_view> JsonWalker::ReadString(std::string* buffer) {
  const JsonString string = ReadJsonString(text_, position_ + 1, buffer);
  if (!string.closed) return std::nullopt;
  if (string.bad_escapes != 0) {
    const size_t start = position_;
    position_ = string.first_bad_escape;
    Note(&escapes_, "a valid escape", Clip(text_.substr(position_), 6));
    escapes_.count += string.bad_escapes - 1;
    position_ = start;
  }
  position_ = string.end;
  return string.text;
}

void JsonWalker::String(size_t path_size, const Place& place) {
  const auto text = ReadString(&value_buffer_);
  if (!text) {
    ReportCut(place, "JSON string");
    return;
  }
  if (path_.size() > kMaxJsonPathBytes) return;
  Emit("string", *text, std::nullopt, place);
  if (text_nesting_ >= kMaxTextNesting || !LooksLikeJsonObject(*text)) return;
  // The nested walker has buffers of its own, so *text stays as it is.
  JsonWalker nested(&run_, *text, TextPlaces(place), false, path_,
                    outer_depth_ + stack_.size(), text_nesting_ + 1);
  nested.Walk();
  path_.resize(path_size);
}

void JsonWalker::Number(const Place& place) {
  const size_t start = position_;
  while (!AtEnd() && IsNumberPart(Peek())) ++position_;
  const std::string_view token = text_.substr(start, position_ - start);
  if (AtEnd()) {
    ReportCut(place, "JSON number");
    return;
  }
  if (!IsNumber(token)) {
    Note(&syntax_, "a number", token);
    return;
  }
  if (path_.size() > kMaxJsonPathBytes) return;
  const bool digits = std::all_of(token.begin(), token.end(), IsJsonDigit);
  Emit("number", token, digits ? ParseUnsigned(token) : std::nullopt, place);
}

void JsonWalker::Literal(const Place& place) {
  const size_t start = position_;
  while (!AtEnd() && IsJsonLetter(Peek())) ++position_;
  const std::string_view token = text_.substr(start, position_ - start);
  if (AtEnd()) {
    ReportCut(place, "JSON literal");
    return;
  }
  const bool boolean = token == "true" || token == "false";
  if (!boolean && token != "null") {
    Note(&syntax_, "a value", token);
    return;
  }
  if (path_.size() > kMaxJsonPathBytes) return;
  Emit(boolean ? "bool" : "null", token, std::nullopt, place);
}

void JsonWalker::Emit(std::string_view type, std::string_view data,
                      std::optional<uint64_t> number, const Place& place) {
  const uint64_t need = path_.size() + data.size();
  if (need > run_.bytes_left) {
    if (!run_.full) {
      Damage damage;
      damage.error = {Errc::kLimitExceeded, "JSON text of all facts",
                      place.offset,
                      "limit " + std::to_string(run_.limits.text_value_bytes) +
                          " bytes, left out the rest" + Where()};
      run_.sink.OnDamage(std::move(damage));
    }
    run_.full = true;
    run_.bytes_left = 0;
    stopped_ = true;
    return;
  }
  run_.bytes_left -= need;
  ++run_.facts;
  Fact fact;
  fact.kind = FactKind::kJson;
  fact.key = run_.key;
  fact.name = path_;
  fact.type = type;
  fact.data = data;
  fact.number = number;
  fact.line = place.line;
  fact.offset = place.offset;
  run_.sink.OnFact(fact);
}

}  // namespace espial
