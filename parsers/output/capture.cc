#include "parsers/output/capture.h"

#include <espial/core/text.h>

#include <algorithm>
#include <utility>

namespace espial::output {
namespace {

// Titles stand no further to the right.
constexpr size_t kMostTitleIndent = 4;
// Further values stand below the first, or some way to the left of it (labels
// that a translation made longer move it), but well behind their label.
constexpr size_t kValueSlack = 8;
// What a column must reach to be one of values.
constexpr size_t kLeastValueColumn = 8;

bool IsRule(std::string_view text) {
  return text.size() >= 3 && (text[0] == '-' || text[0] == '=') &&
         text.find_first_not_of("-= ") == std::string_view::npos;
}

std::string_view StripBullet(std::string_view text) {
  // "-TPM Present: True"
  if (text.starts_with('-') && text.size() > 1 && text[1] != '-') {
    text.remove_prefix(1);
  }
  return text;
}

std::optional<LabelledValue> SplitEquals(std::string_view line) {
  const size_t at = line.find(" = ");
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view label = Trim(line.substr(0, at));
  if (label.empty() || label.size() > 100) return std::nullopt;
  return LabelledValue{label, Trim(line.substr(at + 3)), at + 3};
}

class LabelReader {
 public:
  LabelReader(const LabelShape& shape, Capture* capture)
      : shape_(shape), capture_(*capture) {}

  void Read() {
    while (capture_.Next()) OnLine();
    FlushHeld();
  }

 private:
  void OnLine();
  void OnLabel(const LabelledValue& found);
  void OnPlain(std::string_view text);
  void FlushHeld();
  void SetSection(std::string_view title);

  const LabelShape& shape_;
  Capture& capture_;
  std::string section_;
  std::string label_;
  size_t label_indent_ = 0;
  size_t value_column_ = 0;
  uint64_t items_ = 0;
  // A line that may be a title: the one behind it decides.
  std::string held_;
  TextLine held_line_;
};

void LabelReader::SetSection(std::string_view title) {
  section_ = NameOf(title, shape_.known);
  label_.clear();
  items_ = 0;
}

void LabelReader::FlushHeld() {
  if (held_.empty()) return;
  const std::string text = std::exchange(held_, {});
  if (const auto code = LastCode(text)) {
    capture_.facts().AddTyped({}, "result", "string", text, code, held_line_);
    return;
  }
  capture_.facts().AddTyped({},
                            (section_.empty() ? "line" : section_) + "[" +
                                std::to_string(items_++) + "]",
                            "string", text, std::nullopt, held_line_);
}

void LabelReader::OnLine() {
  const std::string_view text = capture_.text();
  if (IsRule(text)) {
    if (!held_.empty()) {
      SetSection(std::exchange(held_, {}));
    }
    return;
  }
  FlushHeld();
  std::string_view line = capture_.line().text;
  const bool below_value = !label_.empty() &&
                           value_column_ >= kLeastValueColumn &&
                           capture_.indent() >= label_indent_ + kValueSlack &&
                           capture_.indent() + kValueSlack >= value_column_;
  std::optional<LabelledValue> found;
  // An address or a path below a value may hold a colon.
  if (!below_value || line.find(" : ") != std::string_view::npos) {
    found = SplitLabel(line);
  }
  if (!found && shape_.equals) found = SplitEquals(line);
  if (found) {
    OnLabel(*found);
  } else if (below_value) {
    capture_.Add(section_, label_, text, capture_.indent());
  } else {
    OnPlain(text);
  }
}

void LabelReader::OnLabel(const LabelledValue& found) {
  const std::string_view label = StripBullet(found.label);
  const std::string_view line = capture_.line().text;
  const bool leader = line.find(" .") != std::string_view::npos &&
                      line.find(" . ") != std::string_view::npos;
  if (found.value.empty() && !leader && capture_.indent() <= kMostTitleIndent &&
      line.find(" : ") == std::string_view::npos) {
    SetSection(label);
    return;
  }
  label_ = NameOf(label, shape_.known);
  label_indent_ = capture_.indent();
  value_column_ = found.value_at;
  capture_.Add(section_, label_, found.value, found.value_at);
}

void LabelReader::OnPlain(std::string_view text) {
  label_.clear();
  if (shape_.titles && capture_.indent() == 0 && !LastCode(text)) {
    SetSection(text);
    return;
  }
  held_ = text;
  held_line_ = capture_.line();
}

}  // namespace

std::string_view NameOf(std::string_view label,
                        std::span<const KnownLabel> known) {
  const auto found =
      std::find_if(known.begin(), known.end(), [&](const KnownLabel& entry) {
        return MatchesGlob(entry.pattern, label);
      });
  return found == known.end() ? label : found->name;
}

bool Capture::Next() {
  after_blank_ = false;
  while (lines_.Next(&line_)) {
    text_ = Trim(line_.text);
    if (text_.empty()) {
      after_blank_ = true;
      continue;
    }
    indent_ = static_cast<size_t>(text_.data() - line_.text.data());
    if (line_.cut_bytes == 0 && !line_.ending.empty()) return true;
    const bool limit = line_.cut_bytes != 0;
    Damage damage;
    damage.error = {
        limit ? Errc::kLimitExceeded : Errc::kTruncated, "line of output",
        line_.offset,
        "line " + std::to_string(line_.number) +
            (limit ? ": limit " + std::to_string(limits_.text_line_bytes) +
                         " bytes"
                   : ": expected a line end, found the end of the file "
                     "behind '" +
                         Clip(text_, 60) + "'")};
    damage.bytes_lost = line_.size;
    sink_.OnDamage(std::move(damage));
  }
  return false;
}

void Capture::Add(std::string_view section, std::string_view label,
                  std::string_view value, size_t value_at) {
  if (!CodeOf(value)) {
    if (const auto code = LastCode(value)) {
      facts_.AddTyped(section, label, "string", value, code, line_, value_at);
      return;
    }
  }
  facts_.Add(section, label, value, line_, value_at);
}

void Capture::Count(std::string_view label, uint64_t number) {
  TextLine start;
  start.number = 1;
  facts_.AddTyped({}, label, "number", std::to_string(number), number, start);
}

void ReadLabels(const LabelShape& shape, Capture* capture) {
  LabelReader(shape, capture).Read();
}

}  // namespace espial::output
