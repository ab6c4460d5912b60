// A whole case, in place.
#include <espial/core/arena.h>
#include <espial/core/text.h>
#include <espial/report/redact.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace espial::report {
namespace {

// Binary values that are longer may hold anything.
constexpr size_t kReadableBytes = 8;

class CaseRewriter {
 public:
  CaseRewriter(const Redactor& redactor, Case* the_case)
      : redactor_(redactor),
        case_(*the_case),
        arena_(the_case->timeline.text_arena()) {}

  void Rewrite() {
    for (Event& event : case_.timeline.mutable_events()) Rewrite(&event);
    for (Fact& fact : case_.timeline.mutable_facts()) Rewrite(&fact);
    Rewrite(&case_.inputs);
    Rewrite(&case_.device);
    for (Artifact& artifact : case_.artifacts) {
      Rewrite(&artifact.provenance);
      Rewrite(&artifact.note);
    }
    Rewrite(&case_.clock);
    for (Coverage& coverage : case_.coverage) {
      coverage.channel = NameOfLog(coverage.channel);
      Rewrite(&coverage.file_stem);
    }
    for (Absence& absence : case_.absences) {
      Rewrite(&absence.what);
      Rewrite(&absence.why);
    }
    for (Damage& damage : case_.damage) {
      Rewrite(&damage.error.what);
      Rewrite(&damage.error.detail);
    }
    for (Span& span : case_.spans) {
      Rewrite(&span.name);
      Rewrite(&span.evidence);
      Rewrite(&span.outcome);
    }
    for (Evidence& piece : case_.scenario.evidence) Rewrite(&piece.text);
    for (Step& step : case_.flow.steps) {
      for (Evidence& piece : step.evidence) Rewrite(&piece.text);
      Rewrite(&step.note);
    }
    // Titles, causes and remedies are those of the rules.
    for (Finding& finding : case_.findings) {
      for (Evidence& piece : finding.evidence) Rewrite(&piece.text);
      Rewrite(&finding.missing);
      Rewrite(&finding.notes);
    }
    Rewrite(&case_.verdict.sentence);
  }

 private:
  void Rewrite(std::string* text, std::string_view name = {}) {
    if (!text->empty()) *text = redactor_.Text(*text, name);
  }
  void Rewrite(std::vector<std::string>* texts) {
    for (std::string& text : *texts) Rewrite(&text);
  }

  void Rewrite(std::string_view* text, std::string_view name = {}) {
    if (text->empty()) return;
    const std::string clean = redactor_.Text(*text, name);
    if (clean != *text) *text = arena_.Copy(clean);
  }

  // Most events share these with their neighbours.
  struct Last {
    std::string_view before;
    std::string_view after;
  };
  void RewriteShared(std::string_view* text, std::string_view name,
                     Last* last) {
    if (*text != last->before || text->empty()) {
      last->before = *text;
      Rewrite(text, name);
      last->after = *text;
    }
    *text = last->after;
  }

  // Providers and channels of Windows are the same on every device.
  std::string NameOfLog(std::string_view name) const {
    if (StartsWithFold(name, "Microsoft-")) return std::string(name);
    return redactor_.Text(name);
  }
  void RewriteName(std::string_view* name) {
    if (!StartsWithFold(*name, "Microsoft-")) Rewrite(name);
  }

  void Rewrite(Clock* clock) {
    for (ClockStep& step : clock->steps) Rewrite(&step.evidence);
    for (ZoneEra& era : clock->zones) Rewrite(&era.evidence);
    for (ZoneEvidence& piece : clock->evidence) {
      Rewrite(&piece.what);
      Rewrite(&piece.says);
      Rewrite(&piece.why_not);
    }
    for (LocalLog& log : clock->local_logs) {
      log.channel = NameOfLog(log.channel);
    }
    Rewrite(&clock->captured_evidence);
  }

  void Rewrite(Device* device) {
    Rewrite(&device->name, "ComputerName");
    for (std::string& name : device->other_names) {
      Rewrite(&name, "ComputerName");
    }
    Rewrite(&device->tenant_domain, "TenantDomain");
    Rewrite(&device->tenant_id, "TenantId");
    Rewrite(&device->profile);
  }

  void Rewrite(Value* value, std::string_view name) {
    if (value->type == ValueType::kBinary) {
      if (value->text.size() <= kReadableBytes) return;
      *value = Value::String(arena_.Copy(redactor_.Data(value->text)));
      return;
    }
    if (value->text.empty()) return;
    const std::string clean = redactor_.Text(value->text, name);
    if (clean == value->text) return;
    value->text = arena_.Copy(clean);
    if (value->type == ValueType::kGuid || value->type == ValueType::kSid) {
      value->type = ValueType::kString;
    }
  }

  void Rewrite(Event* event) {
    RewriteShared(&event->computer, "ComputerName", &last_computer_);
    RewriteShared(&event->user_sid, {}, &last_sid_);
    RewriteName(&event->provider);
    RewriteName(&event->channel);
    Rewrite(&event->message);
    scratch_.assign(event->fields.begin(), event->fields.end());
    bool changed = false;
    for (Field& field : scratch_) {
      const Value before = field.value;
      Rewrite(&field.value, field.name);
      changed = changed || before.text.data() != field.value.text.data();
    }
    if (changed) {
      event->fields = arena_.CopyArray(std::span<const Field>(scratch_));
    }
  }

  void Rewrite(Fact* fact) {
    const std::string_view name = fact->name;
    RewriteShared(&fact->key, {}, &last_key_);
    const bool binary = fact->kind == FactKind::kRegistry &&
                        StartsWithFold(fact->type, "REG_BINARY") &&
                        fact->data.size() > 2 * kReadableBytes;
    if (binary) {
      fact->data = arena_.Copy(redactor_.Data(fact->data));
    } else {
      Rewrite(&fact->data, name);
    }
    Rewrite(&fact->name);
  }

  const Redactor& redactor_;
  Case& case_;
  Arena& arena_;
  Last last_computer_;
  Last last_sid_;
  Last last_key_;
  std::vector<Field> scratch_;
};

}  // namespace

void Redactor::Redact(Case* the_case) const {
  CaseRewriter(*this, the_case).Rewrite();
}

}  // namespace espial::report
