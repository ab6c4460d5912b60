// dsregcmd /status, the join state of a device: FORMAT.md.
#include <espial/core/text.h>
#include <espial/parsers/parser.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "parsers/dsregcmd/attempt.h"
#include "parsers/support/output_facts.h"
#include "parsers/support/text_source.h"
#include "parsers/support/unread_lines.h"

namespace espial::dsregcmd {
namespace {

constexpr std::string_view kKey = "dsregcmd /status";

constexpr std::array<std::string_view, 9> kSections = {
    "Device State",
    "Device Details",
    "Tenant Details",
    "User State",
    "SSO State",
    "Diagnostic Data",
    "IE Proxy Config for Current User",
    "Ngc Prerequisite Check",
    "Work Account 1"};

bool IsRule(std::string_view text) {
  return text.starts_with("+-") &&
         text.find_first_not_of("+-") == std::string_view::npos;
}

// The title in a box; empty when `text` is none.
std::string_view TitleOf(std::string_view text) {
  if (text.size() < 3 || text.front() != '|') return {};
  text.remove_prefix(1);
  // A title that a cut or a copy left without its right side is one too.
  if (text.ends_with('|')) text.remove_suffix(1);
  return Trim(text);
}

class StatusReader {
 public:
  StatusReader(const Source& source, const ParseContext& context, Sink& sink)
      : lines_(source.bytes(), context.limits),
        limits_(context.limits),
        sink_(sink),
        facts_(kKey, &sink),
        attempts_(&sink),
        unread_("dsregcmd line", &sink) {}

  Status Read();

 private:
  void OnLine();
  void OnValue(const LabelledValue& found);
  void OnValidity(const LabelledValue& found);

  LineReader lines_;
  const Limits& limits_;
  Sink& sink_;
  OutputFacts facts_;
  Attempts attempts_;
  UnreadLines unread_;
  TextLine line_;
  std::string section_;
};

Status StatusReader::Read() {
  while (lines_.Next(&line_)) OnLine();
  unread_.Flush();
  attempts_.Finish();
  lines_.ReportInvalid(sink_);
  if (facts_.count() == 0) {
    return Error{Errc::kTruncated, "dsregcmd output", 0,
                 "expected a line 'label : value', found none"};
  }
  return {};
}

void StatusReader::OnLine() {
  const std::string_view text = Trim(line_.text);
  if (text.empty() || IsRule(text)) return;
  if (line_.cut_bytes != 0 || line_.ending.empty()) {
    // A box ends where it ends; a value may go on behind the cut.
    if (line_.cut_bytes == 0 && text.front() == '|' && text.back() == '|') {
      return;
    }
    unread_.Flush();
    const bool limit = line_.cut_bytes != 0;
    Damage damage;
    damage.error = {
        limit ? Errc::kLimitExceeded : Errc::kTruncated, "dsregcmd line",
        line_.offset,
        "line " + std::to_string(line_.number) +
            (limit ? ": limit " + std::to_string(limits_.text_line_bytes) +
                         " bytes"
                   : ": expected a line end, found the end of the file "
                     "behind '" +
                         Clip(text, 60) + "'")};
    damage.bytes_lost = line_.size;
    sink_.OnDamage(std::move(damage));
    return;
  }
  if (const std::string_view title = TitleOf(text); !title.empty()) {
    unread_.Flush();
    attempts_.EndSection();
    section_ = title;
    return;
  }
  const auto found = SplitLabel(line_.text);
  if (!found) {
    // What surrounds the output: a prompt, the pointer to a page.
    const bool known = StartsWithFold(text, "For more information") ||
                       ContainsFold(text, "dsregcmd");
    if (!known) unread_.Add(line_, "'label : value'");
    return;
  }
  unread_.Flush();
  OnValue(*found);
}

void StatusReader::OnValue(const LabelledValue& found) {
  facts_.Add(section_, found.label, found.value, line_, found.value_at);
  if (found.value.starts_with('[') &&
      found.value.find(" -- ") != std::string_view::npos) {
    OnValidity(found);
    return;
  }
  attempts_.OnValue(section_, found.label, found.value, line_);
}

// "[ 2019-01-11 21:02:50.000 UTC -- 2029-01-11 21:32:50.000 UTC ]"
void StatusReader::OnValidity(const LabelledValue& found) {
  std::string_view range = found.value;
  range.remove_prefix(1);
  if (range.ends_with(']')) range.remove_suffix(1);
  const size_t middle = range.find(" -- ");
  const std::string label(found.label);
  facts_.Add(section_, label + "/NotBefore", Trim(range.substr(0, middle)),
             line_, found.value_at);
  facts_.Add(section_, label + "/NotAfter", Trim(range.substr(middle + 4)),
             line_, found.value_at);
}

bool Probe(const ProbeInput& input) {
  const std::string_view head = input.head_text;
  if (head.find("AzureAdJoined : ") != std::string_view::npos) return true;
  for (size_t at = head.find("+-----"); at != std::string_view::npos;
       at = head.find("+-----", at)) {
    at = std::min(head.find('\n', at), head.size());
    const size_t start = std::min(at + 1, head.size());
    const std::string_view rest = head.substr(start);
    const std::string_view title =
        TitleOf(Trim(rest.substr(0, rest.find('\n'))));
    if (std::find(kSections.begin(), kSections.end(), title) !=
        kSections.end()) {
      return true;
    }
  }
  return false;
}

Status Parse(const Source& source, const ParseContext& context, Sink& sink) {
  return StatusReader(source, context, sink).Read();
}

}  // namespace

extern constinit const Parser kParser;
constinit const Parser kParser = {"dsregcmd", "dsregcmd status", Probe, Parse};

}  // namespace espial::dsregcmd
