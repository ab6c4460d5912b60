// What MdmDiagnosticsTool was asked to collect, and how it went: FORMAT.md.
#include <espial/core/text.h>
#include <espial/parsers/parser.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "parsers/collect/footprint/start_time.h"
#include "parsers/support/text_source.h"

namespace espial::collect_footprint {
namespace {

constexpr std::string_view kStart = "--- Start at:";
constexpr std::string_view kTarget = ", to:";
constexpr std::string_view kFailed = "Failed (HResult:";
// Lines of the head in which the start must stand.
constexpr int kProbeLines = 8;

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// What an action is about: behind the first "word:" of `action`, since a drive
// is a single letter; all of it where there is none.
std::string_view ObjectOf(std::string_view action) {
  for (size_t colon = action.find(':'); colon != std::string_view::npos;
       colon = action.find(':', colon + 1)) {
    if (colon >= 2 && IsLetter(action[colon - 1]) &&
        IsLetter(action[colon - 2])) {
      return Trim(action.substr(colon + 1));
    }
  }
  return Trim(action);
}

// Splits "A, to:B" at its last ", to:"; B is empty where there is none.
std::pair<std::string_view, std::string_view> SplitTarget(
    std::string_view action) {
  const size_t at = action.rfind(kTarget);
  if (at == std::string_view::npos) return {action, {}};
  return {action.substr(0, at), Trim(action.substr(at + kTarget.size()))};
}

bool TakePrefix(std::string_view* text, std::string_view prefix) {
  if (!StartsWithFold(*text, prefix)) return false;
  text->remove_prefix(prefix.size());
  return true;
}

class FootprintReader {
 public:
  FootprintReader(const Source& source, const ParseContext& context, Sink& sink)
      : sink_(sink),
        limits_(context.limits),
        lines_(source.bytes(), context.limits) {}

  Status Read();

 private:
  void OnLine(std::string_view text);
  void OnStart(std::string_view time);
  void OnFailed(std::string_view rest, std::string_view line);
  void Emit(std::string_view key, std::string_view name, std::string_view type,
            std::string_view data, std::optional<uint64_t> number);
  void Report(Errc code, const char* what, const std::string& detail,
              uint64_t bytes_lost, bool lossy);

  Sink& sink_;
  const Limits& limits_;
  LineReader lines_;
  TextLine line_;
  uint64_t facts_ = 0;
};

Status FootprintReader::Read() {
  while (lines_.Next(&line_)) {
    const std::string_view text = Trim(line_.text);
    if (line_.cut_bytes != 0) {
      Report(Errc::kLimitExceeded, "footprint line",
             "limit " + std::to_string(limits_.text_line_bytes) +
                 " bytes, found '" + Clip(text, 60) + "'",
             line_.size, true);
    } else if (line_.ending.empty() && !text.empty()) {
      Report(Errc::kTruncated, "footprint line",
             "expected a line end, found the end of the file behind '" +
                 Clip(text, 60) + "'",
             line_.size, true);
    } else if (!text.empty()) {
      OnLine(text);
    }
  }
  lines_.ReportInvalid(sink_);
  if (facts_ == 0) {
    return Error{
        Errc::kTruncated, "footprint", 0,
        "expected a whole line '" + std::string(kStart) + "...', found none"};
  }
  return {};
}

void FootprintReader::OnLine(std::string_view text) {
  std::string_view rest = text;
  if (TakePrefix(&rest, kStart)) {
    OnStart(Trim(rest));
  } else if (TakePrefix(&rest, "Copied ")) {
    const auto [source, target] = SplitTarget(rest);
    Emit("directive", ObjectOf(source), "copied", target, std::nullopt);
  } else if (TakePrefix(&rest, "Succeeded to dump ")) {
    Emit("directive", ObjectOf(rest), "dumped", {}, std::nullopt);
  } else if (TakePrefix(&rest, kFailed)) {
    OnFailed(rest, text);
  } else {
    std::optional<uint64_t> number;
    if (TakePrefix(&rest, "--- ")) {
      number = ParseUnsigned(rest.substr(0, rest.find(' ')));
    }
    Emit("directive", rest, "info", {}, number);
  }
}

void FootprintReader::OnStart(std::string_view time) {
  const auto ticks = ReadStartTime(time);
  Emit("start", time, "info", ticks ? FormatUtc(*ticks, 0) : std::string(),
       std::nullopt);
  if (!ticks) {
    Report(Errc::kBadValue, "footprint start time",
           "expected a date and time that can be read in one way, found '" +
               Clip(time, 60) + "'",
           0, false);
  }
}

// `rest` stands behind "Failed (HResult:".
void FootprintReader::OnFailed(std::string_view rest, std::string_view line) {
  const size_t bracket = rest.find(')');
  const std::string_view code = Trim(rest.substr(0, bracket));
  const auto number = ParseUnsigned(code);
  if (bracket == std::string_view::npos || !number) {
    Report(Errc::kBadValue, "footprint result",
           "expected 'HResult:0x...)', found '" + Clip(rest, 40) + "'", 0,
           false);
    Emit("directive", line, "failed", {}, std::nullopt);
    return;
  }
  std::string_view action = Trim(rest.substr(bracket + 1));
  TakePrefix(&action, "to ");
  Emit("directive", ObjectOf(SplitTarget(action).first), "failed", code,
       number);
}

void FootprintReader::Emit(std::string_view key, std::string_view name,
                           std::string_view type, std::string_view data,
                           std::optional<uint64_t> number) {
  ++facts_;
  Fact fact;
  fact.kind = FactKind::kCollection;
  fact.key = key;
  fact.name = name;
  fact.type = type;
  fact.data = data;
  fact.number = number;
  fact.line = line_.number;
  fact.offset = line_.offset;
  sink_.OnFact(fact);
}

void FootprintReader::Report(Errc code, const char* what,
                             const std::string& detail, uint64_t bytes_lost,
                             bool lossy) {
  Damage damage;
  damage.error = {code, what, line_.offset,
                  "line " + std::to_string(line_.number) + ": " + detail};
  damage.bytes_lost = bytes_lost;
  damage.lossy = lossy;
  sink_.OnDamage(std::move(damage));
}

bool Probe(const ProbeInput& input) {
  std::string_view rest = input.head_text;
  for (int i = 0; i < kProbeLines && !rest.empty(); ++i) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    if (StartsWithFold(Trim(rest.substr(0, end)), kStart)) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

Status Parse(const Source& source, const ParseContext& context, Sink& sink) {
  return FootprintReader(source, context, sink).Read();
}

}  // namespace

extern constinit const Parser kParser;
constinit const Parser kParser = {"collect/footprint",
                                  "MDM log collector footprint", Probe, Parse};

}  // namespace espial::collect_footprint
