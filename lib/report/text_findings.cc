#include <espial/report/layout.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lib/report/text_parts.h"
#include "lib/report/words.h"

namespace espial::report {
namespace {

// Evidence of one finding that is shown unless all of it is asked for.
constexpr size_t kEvidenceShown = 3;
// Missing things that are named unless all signatures are asked for.
constexpr size_t kMissingShown = 6;
// Codes named behind one missing thing.
constexpr size_t kCodesShown = 10;
// Deeper symptoms are not indented further, so that lines keep their room.
constexpr size_t kMaxDepth = 3;
constexpr size_t kLabelColumns = 10;

bool IsMatched(const Finding& finding) {
  return finding.result == Verity::kMatched;
}

class FindingTree {
 public:
  explicit FindingTree(const Page& page)
      : page_(page), printed_(page.the_case.findings.size(), false) {
    const auto& findings = page.the_case.findings;
    std::map<std::string_view, std::vector<size_t>> by_code;
    for (size_t i = 0; i < findings.size(); ++i) {
      if (IsMatched(findings[i])) by_code[findings[i].code].push_back(i);
    }
    symptoms_.resize(findings.size());
    is_symptom_.resize(findings.size(), false);
    for (size_t i = 0; i < findings.size(); ++i) {
      if (!IsMatched(findings[i])) continue;
      for (const std::string& code : findings[i].explained_by) {
        const auto causes = by_code.find(code);
        if (causes == by_code.end() || code == findings[i].code) continue;
        is_symptom_[i] = true;
        symptoms_[causes->second.front()].push_back(i);
      }
    }
  }

  void Append() {
    for (size_t i = 0; i < printed_.size(); ++i) {
      if (IsMatched(page_.the_case.findings[i]) && !is_symptom_[i]) {
        AppendWithSymptoms(i);
      }
    }
    // Findings that explain each other in a circle have no root; none is lost.
    for (size_t i = 0; i < printed_.size(); ++i) {
      if (IsMatched(page_.the_case.findings[i]) && !printed_[i]) {
        AppendWithSymptoms(i);
      }
    }
  }

 private:
  struct Pending {
    size_t index;
    size_t depth;
  };

  void AppendWithSymptoms(size_t root) {
    std::vector<Pending> pending = {{root, 0}};
    while (!pending.empty()) {
      const Pending next = pending.back();
      pending.pop_back();
      if (printed_[next.index]) continue;
      printed_[next.index] = true;
      AppendFinding(page_.the_case.findings[next.index], next.depth);
      const std::vector<size_t>& symptoms = symptoms_[next.index];
      for (auto it = symptoms.rbegin(); it != symptoms.rend(); ++it) {
        pending.push_back({*it, next.depth + 1});
      }
    }
    page_.out->push_back('\n');
  }

  void AppendLabelled(std::string_view label, const std::string& text,
                      size_t indent) {
    AppendWrapped(std::string(indent, ' ') + PadRight(label, kLabelColumns),
                  text, page_.options.width, page_.out);
  }

  void AppendFinding(const Finding& finding, size_t depth) {
    const size_t indent = 2 + 4 * std::min(depth, kMaxDepth);
    std::string lead(indent, ' ');
    if (depth != 0) lead += "explains ";
    lead += SeverityPhrase(finding.severity, page_.options) + ' ' +
            Paint(Safe(finding.code), Tone::kStrong, page_.options) + "  ";
    std::string title = Safe(finding.title) + " (" +
                        std::string(ConfidenceName(finding.confidence)) +
                        " confidence)";
    AppendWrapped(lead, title, page_.options.width, page_.out);

    const size_t inner = indent + 4;
    AppendWhen(finding, inner);
    // A symptom needs no cause and remedy of its own: its root has them.
    const bool full = depth == 0 || page_.options.verbose;
    if (full && !finding.cause.empty()) {
      AppendLabelled("Cause", Safe(finding.cause), inner);
    }
    AppendEvidenceOf(finding, inner, full);
    for (const std::string& note : finding.notes) {
      AppendLabelled(&note == &finding.notes.front() ? "Note" : "", Safe(note),
                     inner);
    }
    if (!full) return;
    size_t number = 0;
    for (const std::string& remedy : finding.remedy) {
      const std::string first_line =
          std::string(inner, ' ') +
          PadRight(number == 0 ? "Remedy" : "", kLabelColumns) +
          std::to_string(number + 1) + ". ";
      AppendWrapped(first_line, Safe(remedy), page_.options.width, page_.out);
      ++number;
    }
    // A link that is broken over two lines cannot be opened.
    for (const std::string& link : finding.links) {
      page_.out->append(inner, ' ');
      page_.out->append(PadRight(&link == &finding.links.front() ? "Links" : "",
                                 kLabelColumns));
      page_.out->append(Safe(link)).push_back('\n');
    }
  }

  void AppendWhen(const Finding& finding, size_t indent) {
    std::string when = TimePhrase(page_.the_case, finding.first);
    const std::string last = TimePhrase(page_.the_case, finding.last);
    if (!last.empty() && last != when) {
      when += when.empty() ? last : " to " + last;
    }
    if (finding.count > 1) {
      when += (when.empty() ? "" : ", ") + Counted(finding.count, "time");
    }
    if (!when.empty()) AppendLabelled("When", when, indent);
  }

  void AppendEvidenceOf(const Finding& finding, size_t indent, bool full) {
    const size_t all = finding.evidence.size();
    const size_t shown = page_.options.verbose ? all
                         : full                ? std::min(all, kEvidenceShown)
                                               : std::min<size_t>(all, 1);
    if (shown == 0) return;
    page_.out->append(indent, ' ').append("Evidence\n");
    for (size_t i = 0; i < shown; ++i) {
      AppendEvidence(finding.evidence[i], indent + 2, page_);
    }
    const uint64_t found = std::max<uint64_t>(finding.count, all);
    if (found > shown) {
      page_.out->append(indent + 2, ' ');
      page_.out->append("and " + Grouped(found - shown) + " more\n");
    }
  }

  const Page& page_;
  std::vector<bool> printed_;
  std::vector<bool> is_symptom_;
  std::vector<std::vector<size_t>> symptoms_;
};

// What is missing is said in a sentence; here it is a part of one.
std::string Clause(std::string_view sentence) {
  std::string text = Safe(sentence);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

void AppendOneByOne(const std::vector<const Finding*>& findings,
                    const Page& page) {
  for (const Finding* finding : findings) {
    std::string text = Safe(finding->code) + ' ' + Safe(finding->title);
    for (size_t i = 0; i < finding->missing.size(); ++i) {
      text += (i == 0 ? " - " : "; ") + Clause(finding->missing[i]);
    }
    AppendWrapped("  could not be judged: ", text, page.options.width,
                  page.out);
  }
}

// What is missing most comes first: it is what to collect next time.
void AppendByWhatIsMissing(const std::vector<const Finding*>& findings,
                           const Page& page) {
  std::map<std::string_view, std::vector<std::string_view>> codes_by_missing;
  for (const Finding* finding : findings) {
    if (finding->missing.empty()) {
      codes_by_missing["There is not enough evidence."].push_back(
          finding->code);
    }
    for (const std::string& missing : finding->missing) {
      codes_by_missing[missing].push_back(finding->code);
    }
  }
  std::vector<std::pair<std::string_view, std::vector<std::string_view>>> order(
      codes_by_missing.begin(), codes_by_missing.end());
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) {
                     return a.second.size() > b.second.size();
                   });
  const size_t shown = std::min(order.size(), kMissingShown);
  for (size_t i = 0; i < shown; ++i) {
    const auto& [missing, codes] = order[i];
    std::string text = Clause(missing) + ":";
    for (size_t c = 0; c < std::min(codes.size(), kCodesShown); ++c) {
      text += (c == 0 ? " " : ", ") + Safe(codes[c]);
    }
    if (codes.size() > kCodesShown) {
      text += " and " + Grouped(codes.size() - kCodesShown) + " more";
    }
    AppendWrapped("  ", text, page.options.width, page.out);
  }
  if (order.size() > shown) {
    AppendWrapped("  ",
                  "and " + Counted(order.size() - shown, "other thing") +
                      " that this bundle does not hold",
                  page.options.width, page.out);
  }
}

}  // namespace

std::string SeverityPhrase(Severity severity, const TextOptions& options) {
  Tone tone = Tone::kFaint;
  if (severity == Severity::kError) tone = Tone::kBad;
  if (severity == Severity::kWarning) tone = Tone::kCaution;
  return Paint(SeverityName(severity), tone, options);
}

void AppendEvidence(const Evidence& evidence, size_t indent, const Page& page) {
  std::string place = ArtifactPhrase(page.the_case, evidence.source);
  if (evidence.record != 0) {
    place += ", record " + std::to_string(evidence.record);
  } else if (evidence.line != 0) {
    place += ", line " + std::to_string(evidence.line);
  } else {
    place += ", offset " + std::to_string(evidence.offset);
  }
  const std::string time = TimePhrase(page.the_case, evidence.time);
  if (!time.empty()) place += ", " + time;
  const std::string lead(indent, ' ');
  AppendWrapped(lead + "- ", place, page.options.width, page.out);
  if (!evidence.text.empty()) {
    AppendWrapped(lead + "  ", Safe(evidence.text), page.options.width,
                  page.out);
  }
}

void AppendFindings(const Page& page) {
  const auto& findings = page.the_case.findings;
  if (std::none_of(findings.begin(), findings.end(), IsMatched)) return;
  AppendHeading("Findings", page);
  FindingTree(page).Append();
}

void AppendInconclusive(const Page& page) {
  std::vector<const Finding*> findings;
  for (const Finding& finding : page.the_case.findings) {
    if (finding.result == Verity::kInconclusive) findings.push_back(&finding);
  }
  if (findings.empty()) return;
  AppendHeading("Not decided: " + Counted(findings.size(), "signature") +
                    " could not be judged",
                page);
  if (page.options.verbose) {
    AppendOneByOne(findings, page);
  } else {
    AppendByWhatIsMissing(findings, page);
  }
  page.out->push_back('\n');
}

}  // namespace espial::report
