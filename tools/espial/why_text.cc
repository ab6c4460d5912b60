#include <espial/report/layout.h>

#include <algorithm>
#include <string_view>

#include "tools/espial/why_format.h"

namespace espial::cli {
namespace {

using report::AppendWrapped;
using report::Paint;
using report::Safe;
using report::Tone;
using rules::Truth;
using rules::WhyNode;
using Kind = WhyNode::Kind;

constexpr size_t kValueColumns = 9;
constexpr size_t kEvidenceShown = 3;

// A node of the tree that stands for a part of the document, by its label.
const WhyNode* Find(const WhyNode& node, std::string_view label) {
  if (node.label == label) return &node;
  for (const WhyNode& child : node.children) {
    if (child.kind == Kind::kDetection || child.kind == Kind::kCorrelation) {
      continue;
    }
    if (const WhyNode* found = Find(child, label)) return found;
  }
  return nullptr;
}

class Page {
 public:
  Page(const Case& the_case, const report::TextOptions& options)
      : case_(the_case), options_(options) {}

  void Head(const rules::Why& why) {
    AppendWrapped(
        Paint(Safe(why.code), Tone::kStrong, options_) + "  " +
            Painted(VerityName(why.result),
                    why.result == Verity::kMatched        ? Truth::kTrue
                    : why.result == Verity::kInconclusive ? Truth::kUnknown
                                                          : Truth::kFalse) +
            "  ",
        Safe(why.title), options_.width, &out_);
    std::string about = why.sentence + " Scenario " + why.scenario;
    if (!why.stage.empty()) about += ", stage " + why.stage;
    AppendWrapped("  ", Safe(about + '.'), options_.width, &out_);
  }

  void Section(std::string_view title) {
    out_ += '\n' + Paint(title, Tone::kStrong, options_) + '\n';
  }

  // A node and what stands below it.
  void Tree(const WhyNode& node, size_t depth) {
    std::string text = Safe(node.label);
    if (!node.text.empty()) text += ": " + Safe(node.text);
    AppendWrapped("  " + Painted(rules::TruthName(node.value), node.value) +
                      std::string(kValueColumns + 2 * depth -
                                      rules::TruthName(node.value).size(),
                                  ' '),
                  text, options_.width, &out_);
    Details(node, depth + 1);
    for (const WhyNode& child : node.children) Tree(child, depth + 1);
  }

  void Links(std::string_view title, const std::vector<rules::WhyLink>& links) {
    if (links.empty()) return;
    Section(title);
    std::string others;
    for (const rules::WhyLink& link : links) {
      if (link.result == Verity::kNotMatched) {
        if (!others.empty()) others += ", ";
        others += Safe(link.code);
        continue;
      }
      AppendWrapped(std::string("  ") +
                        (link.holds ? "yes      " : "no       ") +
                        Safe(link.code) + "  ",
                    Safe(link.reason), options_.width, &out_);
    }
    if (others.empty()) return;
    AppendWrapped("  no       ", others + ": not matched.", options_.width,
                  &out_);
  }

  [[nodiscard]] std::string Take() { return std::move(out_); }

 private:
  [[nodiscard]] std::string Painted(std::string_view text, Truth value) const {
    return Paint(text,
                 value == Truth::kTrue      ? Tone::kGood
                 : value == Truth::kUnknown ? Tone::kCaution
                                            : Tone::kFaint,
                 options_);
  }

  void Line(size_t depth, const std::string& lead, const std::string& text) {
    AppendWrapped(std::string(2 + kValueColumns + 2 * depth, ' ') + lead, text,
                  options_.width, &out_);
  }

  void Details(const WhyNode& node, size_t depth) {
    // The events of a true sequence stand beside it; those of its steps, which
    // may be more, only where that is asked for.
    const bool is_step = node.kind == Kind::kStep;
    if (node.value != Truth::kFalse && (!is_step || options_.verbose)) {
      ShowEvidence(node, depth);
    } else if (node.count > 0) {
      Line(
          depth, "",
          std::to_string(node.count) +
              (node.count == 1 ? " piece of evidence" : " pieces of evidence"));
    }
    if (node.value != Truth::kTrue || options_.verbose) {
      for (const rules::WhyLog& log : node.looked_at) ShowLog(log, depth);
    }
    if (node.value != Truth::kUnknown) return;
    for (const std::string& missing : node.missing) {
      const bool said =
          std::any_of(node.looked_at.begin(), node.looked_at.end(),
                      [&](const auto& log) { return log.why_not == missing; });
      if (!said) Line(depth, "missing: ", Safe(missing));
    }
  }

  void ShowEvidence(const WhyNode& node, size_t depth) {
    const size_t shown = options_.verbose
                             ? node.evidence.size()
                             : std::min(node.evidence.size(), kEvidenceShown);
    for (size_t i = 0; i < shown; ++i) {
      const Evidence& piece = node.evidence[i];
      Line(depth, "- ", Safe(piece.text));
      std::string place;
      if (piece.time.known()) place = FormatUtc(piece.time.ticks, 0) + ", ";
      if (piece.source.value < case_.artifacts.size()) {
        place += case_.artifacts[piece.source.value].provenance;
      }
      if (piece.record != 0) {
        place += " record " + std::to_string(piece.record);
      } else if (piece.line != 0) {
        place += " line " + std::to_string(piece.line);
      }
      Line(depth, "  ", Safe(place));
    }
    if (node.count > shown && shown > 0) {
      Line(depth, "", "and " + std::to_string(node.count - shown) + " more");
    }
  }

  void ShowLog(const rules::WhyLog& log, size_t depth) {
    std::string text = log.name.empty() ? "everything" : log.name;
    if (log.first.known()) {
      text += ", " + std::to_string(log.records) + " records since " +
              FormatUtc(log.first.ticks, 0);
    } else if (log.records > 0) {
      text += ", " + std::to_string(log.records) + " values";
    } else {
      text += ", nothing there";
    }
    if (!log.ids.empty() && log.records > 0) {
      text += ", " + std::to_string(log.of_ids) + " with id ";
      for (size_t i = 0; i < log.ids.size(); ++i) {
        text += (i > 0 ? ", " : "") + std::to_string(log.ids[i]);
      }
    }
    text += log.covered ? "; covered" : "; not covered: " + log.why_not;
    Line(depth, "looked at ", Safe(text));
  }

  const Case& case_;
  const report::TextOptions& options_;
  std::string out_;
};

}  // namespace

std::string WhyText(const Case& the_case, const rules::Why& why,
                    const report::TextOptions& options) {
  Page page(the_case, options);
  page.Head(why);
  page.Section("Condition");
  for (const char* label : {"when", "unless"}) {
    if (const WhyNode* node = Find(why.tree, label)) page.Tree(*node, 0);
  }
  page.Section("Besides");
  for (const char* label :
       {"applies to", "needs", "stage is open", "suspect"}) {
    const WhyNode* node = Find(why.tree, label);
    if (node != nullptr) page.Tree(*node, 0);
  }
  if (!why.missing.empty()) page.Section("What would decide it");
  std::string text = page.Take();
  for (const std::string& missing : why.missing) {
    AppendWrapped("  - ", Safe(missing), options.width, &text);
  }
  // Roots and symptoms are told apart among what holds.
  if (why.result != Verity::kMatched) return text;
  Page links(the_case, options);
  const bool symptom =
      std::any_of(why.explained_by.begin(), why.explained_by.end(),
                  [](const rules::WhyLink& link) { return link.holds; });
  links.Links(symptom ? "A symptom: what explains it"
                      : "A root: nothing that would explain it holds",
              why.explained_by);
  if (why.explained_by.empty()) {
    links.Section("A root: no signature names it as its symptom");
  }
  links.Links("What it explains", why.explains);
  return text + links.Take();
}

}  // namespace espial::cli
