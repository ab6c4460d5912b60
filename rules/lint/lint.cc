#include <espial/rules/lint.h>
#include <espial/rules/sigma.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "rules/engine/manifest.h"
#include "rules/lint/linter.h"

namespace espial::rules {
namespace {

constexpr std::string_view kCatalogFolder = "catalog/";
constexpr std::string_view kEvents = "catalog/events.csv";

constexpr std::array<LintRule, 14> kRules = {{
    {"L001", true, "No event of the catalogue comes from that provider or log"},
    {"L002", true, "The provider or log has no event of that id"},
    {"L003", true, "The event has no field of that name"},
    {"L004", false, "An id in a log of many providers, without a provider"},
    {"L005", false, "A regular expression without any literal"},
    {"L006", false, "A keyword that is expensive to look for"},
    {"L007", false, "A selection that its condition does not use"},
    {"L008", true, "A condition that is always true, or never"},
    {"L009", true, "A detection or correlation that nothing uses"},
    {"L010", true, "Code or id of a signature that Espial carries"},
    {"L011", false, "A signature without a remedy"},
    {"L012", false, "A signature without a test of each result"},
    {"L013", true, "A signature that explains an unknown code"},
    {"L014", true, "A need of a log that the catalogue does not know"},
}};

bool IsCatalog(const RuleFile& file) {
  return file.name.starts_with(kCatalogFolder);
}

bool IsAboutPack(const RuleFile& file) {
  return file.name == kManifestFile || file.name == kRegisterFile;
}

bool IsSigma(const LintDocument& document) {
  return document.root.Find("signature") == nullptr &&
         document.root.Find("flow") == nullptr;
}

// Codes and ids that the built-in pack has, as theirs and nobody else's.
void LintCode(const Signature& signature, const LintDocument& document,
              std::span<const SignatureInfo> built_in, LintSink* sink) {
  for (const SignatureInfo& other : built_in) {
    const bool code = other.code == signature.code;
    const bool id = Fold(other.id) == signature.id;
    if (code == id) continue;
    sink->Add(document.file,
              code ? signature.code_mark : MarkAt(document.root, {"id"}),
              "L010",
              fmt::format("the {} is that of {} ({}), which Espial carries",
                          code ? "code" : "id", other.code, other.title));
  }
}

class Run {
 public:
  explicit Run(std::span<const RuleFile> files) {
    for (const RuleFile& file : files) Sort(file);
    for (const RuleFile& file : RuleSet::BuiltInFiles()) {
      const bool own = std::any_of(
          pack_.begin(), pack_.end(),
          [&](const RuleFile& mine) { return mine.name == file.name; });
      if (IsCatalog(file) && !own) pack_.push_back(file);
    }
  }

  std::vector<LintFinding> Take() {
    for (const LintDocument& document : documents_) {
      LintDetections(document, &sink_);
    }
    LintPack();
    if (!sigma_.empty()) {
      const SigmaRules rules = SigmaRules::Load(sigma_, {});
      for (const Diagnostic& one : rules.errors()) sink_.Add(one, true);
      for (const Diagnostic& one : rules.warnings()) sink_.Add(one, false);
    }
    return sink_.Take();
  }

 private:
  // Tells the files of a pack from those of Sigma rules. What is no YAML goes
  // to the loader of Sigma, which says so.
  void Sort(const RuleFile& file) {
    if (IsCatalog(file) || IsAboutPack(file)) {
      pack_.push_back(file);
      return;
    }
    Diagnostics ignored;
    auto roots = ParseYamlDocuments(file.text, {file.name, &ignored});
    bool sigma = true;
    for (YamlNode& root : roots.value_or(std::vector<YamlNode>())) {
      documents_.push_back({file.name, std::move(root)});
      sigma = sigma && IsSigma(documents_.back());
    }
    (sigma ? sigma_ : pack_).push_back(file);
  }

  void LintPack() {
    Diagnostics diagnostics;
    const Pack pack = LoadPack(pack_, &diagnostics);
    for (const Diagnostic& one : diagnostics.Sorted()) sink_.Add(one, true);
    std::string_view events;
    for (const RuleFile& file : pack_) {
      if (file.name == kEvents) events = file.text;
    }
    const EventNames names(events);
    const std::vector<SignatureInfo> built_in = RuleSet::BuiltIn().Signatures();
    std::set<std::string, std::less<>> known;
    for (const SignatureInfo& one : built_in) known.insert(one.code);
    for (const Signature& one : pack.signatures) known.insert(one.code);
    for (const Signature& signature : pack.signatures) {
      const LintDocument* document = DocumentOf(signature.unit.file);
      if (document == nullptr) continue;
      LintSignature(signature, *document, known, &sink_);
      LintCode(signature, *document, built_in, &sink_);
      LintNeeds(signature, *document, names, &sink_);
    }
    if (!diagnostics.empty()) return;
    const auto rules = RuleSet::Load(pack_);
    if (!rules) return;
    LintReferences(rules->EventReferences(), documents_, names, &sink_);
  }

  [[nodiscard]] const LintDocument* DocumentOf(std::string_view file) const {
    for (const LintDocument& document : documents_) {
      if (document.file == file) return &document;
    }
    return nullptr;
  }

  std::vector<RuleFile> pack_;
  std::vector<RuleFile> sigma_;
  std::vector<LintDocument> documents_;
  LintSink sink_;
};

}  // namespace

std::span<const LintRule> LintRules() { return kRules; }

void LintSink::Add(std::string_view file, Mark mark, std::string_view code,
                   std::string message) {
  LintFinding finding;
  finding.where.file = file;
  finding.where.line = mark.line;
  finding.where.column = mark.column;
  finding.where.code = code;
  finding.where.message = std::move(message);
  for (const LintRule& rule : kRules) {
    if (rule.code == code) finding.error = rule.error;
  }
  list_.push_back(std::move(finding));
}

void LintSink::Add(const Diagnostic& diagnostic, bool error) {
  list_.push_back({diagnostic, error});
}

std::vector<LintFinding> LintSink::Take() {
  const auto key = [](const LintFinding& one) {
    const Diagnostic& d = one.where;
    return std::tie(d.file, d.line, d.column, d.code, d.message);
  };
  std::sort(list_.begin(), list_.end(),
            [&](const LintFinding& a, const LintFinding& b) {
              return key(a) < key(b);
            });
  const auto end = std::unique(list_.begin(), list_.end(),
                               [&](const LintFinding& a, const LintFinding& b) {
                                 return key(a) == key(b);
                               });
  list_.erase(end, list_.end());
  return std::move(list_);
}

const YamlNode* At(const YamlNode& root,
                   std::initializer_list<std::string_view> keys) {
  const YamlNode* at = &root;
  for (const std::string_view key : keys) {
    at = at->is_map() ? at->Find(key) : nullptr;
    if (at == nullptr) return nullptr;
  }
  return at;
}

Mark MarkAt(const YamlNode& root,
            std::initializer_list<std::string_view> keys) {
  const YamlNode* at = At(root, keys);
  return at == nullptr ? root.mark : at->mark;
}

std::vector<LintFinding> Lint(std::span<const RuleFile> files) {
  return Run(files).Take();
}

}  // namespace espial::rules
