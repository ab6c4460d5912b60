#include <espial/core/text.h>
#include <espial/rules/ruleset.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <system_error>
#include <utility>

#include "rules/engine/event_references.h"
#include "rules/engine/judgement.h"
#include "rules/engine/language.h"
#include "rules/engine/loader.h"
#include "rules/engine/routing.h"
#include "rules/engine/rule_coverage.h"
#include "rules/engine/signature_describer.h"
#include "rules/engine/why.h"

namespace espial::rules {
namespace {

constexpr std::string_view kCatalogFolder = "catalog/";
constexpr uint64_t kMaxFileBytes = uint64_t{64} << 20U;
constexpr size_t kMaxFiles = 10'000;

// Numbers the detections of all documents that are judged, and lists them in
// that order.
std::vector<const Detection*> NumberDetections(Pack* pack) {
  std::vector<const Detection*> all;
  const auto number = [&](Unit* unit) {
    unit->first_detection = static_cast<uint32_t>(all.size());
    for (const Detection& detection : unit->detections) {
      all.push_back(&detection);
    }
  };
  for (FlowRules& flow : pack->flows) number(&flow.unit);
  for (Signature& signature : pack->signatures) number(&signature.unit);
  return all;
}

Result<std::string> ReadFile(const std::filesystem::path& path) {
  std::error_code code;
  const uint64_t size = std::filesystem::file_size(path, code);
  if (code) return Error{Errc::kIo, "rule file", 0, code.message()};
  if (size > kMaxFileBytes) {
    return Error{Errc::kLimitExceeded, "rule file", 0, "larger than 64 MiB"};
  }
  std::ifstream stream(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(stream)),
                   std::istreambuf_iterator<char>());
  if (!stream.good() && !stream.eof()) {
    return Error{Errc::kIo, "rule file", 0, "cannot be read"};
  }
  return text;
}

std::string ToUtf8(const std::filesystem::path& path) {
  const std::u8string text = path.generic_u8string();
  return {text.begin(), text.end()};
}

// Every .yml and .csv file below `root`, sorted by name.
Result<std::vector<RuleFile>> ReadFolder(const std::string& root) {
  namespace fs = std::filesystem;
  const fs::path base(std::u8string(root.begin(), root.end()));
  std::error_code code;
  if (!fs::is_directory(base, code)) {
    return Error{Errc::kNotFound, "rules folder", 0, root};
  }
  std::vector<RuleFile> files;
  for (fs::recursive_directory_iterator it(base, code), end; it != end;
       it.increment(code)) {
    if (code) return Error{Errc::kIo, "rules folder", 0, code.message()};
    const fs::path& path = it->path();
    if (path.extension() != ".yml" && path.extension() != ".csv") continue;
    if (!it->is_regular_file(code)) continue;
    if (files.size() == kMaxFiles) {
      return Error{Errc::kLimitExceeded, "rules folder", 0,
                   fmt::format("more than {} files", kMaxFiles)};
    }
    ESPIAL_TRY_ASSIGN(std::string text, ReadFile(path));
    files.push_back({ToUtf8(path.lexically_relative(base)), std::move(text)});
  }
  if (code) return Error{Errc::kIo, "rules folder", 0, code.message()};
  std::sort(
      files.begin(), files.end(),
      [](const RuleFile& a, const RuleFile& b) { return a.name < b.name; });
  return files;
}

Explanation ExplainSignature(const Signature& signature) {
  Explanation out;
  out.key = signature.code;
  out.title = signature.title;
  if (!signature.stages.empty()) out.area = signature.stages.front();
  out.meaning = signature.cause;
  out.advice = signature.remedy;
  out.details = signature.links;
  return out;
}

Explanation ExplainEvent(const CatalogEvent& event) {
  Explanation out;
  out.key = fmt::format("{}:{}", event.provider, event.id);
  out.title = event.title;
  out.area = event.channel;
  out.details.push_back(fmt::format("version {}", event.version));
  if (!event.level.empty()) {
    out.details.push_back(fmt::format("level: {}", event.level));
  }
  if (!event.fields.empty()) {
    out.details.push_back(fmt::format("fields: {}", event.fields));
  }
  return out;
}

}  // namespace

class RuleSet::Impl {
 public:
  explicit Impl(Pack compiled)
      : pack(std::move(compiled)),
        routing(NumberDetections(&pack), pack.catalog) {}

  Pack pack;
  Routing routing;  // points into `pack`, so the two are never moved
};

RuleSet::RuleSet(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
RuleSet::RuleSet(RuleSet&&) noexcept = default;
RuleSet& RuleSet::operator=(RuleSet&&) noexcept = default;
RuleSet::~RuleSet() = default;

Result<RuleSet> RuleSet::Load(std::span<const RuleFile> files,
                              std::vector<Diagnostic>* diagnostics) {
  Diagnostics collected;
  Pack pack = LoadPack(files, &collected);
  std::vector<Diagnostic> sorted = collected.Sorted();
  if (sorted.empty()) {
    return RuleSet(std::make_unique<const Impl>(std::move(pack)));
  }
  Error error = {Errc::kBadValue, "rules", 0, sorted[0].ToString()};
  if (diagnostics != nullptr) {
    diagnostics->insert(diagnostics->end(),
                        std::make_move_iterator(sorted.begin()),
                        std::make_move_iterator(sorted.end()));
  }
  return error;
}

std::span<const RuleFile> RuleSet::BuiltInFiles() {
  static const std::vector<RuleFile> built_in = [] {
    std::vector<RuleFile> files;
    for (const PackFile& file : BuiltInPackFiles()) {
      files.push_back({std::string(file.name), std::string(file.text)});
    }
    return files;
  }();
  return built_in;
}

const RuleSet& RuleSet::BuiltIn() {
  // A pack that does not load is a bug that a test finds; a program that
  // carries one still runs, without rules.
  static const RuleSet built_in = [] {
    Diagnostics diagnostics;
    Pack pack = LoadPack(BuiltInPackFiles(), &diagnostics);
    if (!diagnostics.empty()) pack = Pack();
    return RuleSet(std::make_unique<const Impl>(std::move(pack)));
  }();
  return built_in;
}

Result<RuleSet> RuleSet::LoadDirectory(const std::string& path,
                                       std::vector<Diagnostic>* diagnostics) {
  ESPIAL_TRY_ASSIGN(std::vector<RuleFile> files, ReadFolder(path));
  for (const RuleFile& file : BuiltInFiles()) {
    if (!file.name.starts_with(kCatalogFolder)) continue;
    const bool replaced =
        std::any_of(files.begin(), files.end(),
                    [&](const RuleFile& own) { return own.name == file.name; });
    if (!replaced) files.push_back(file);
  }
  return Load(files, diagnostics);
}

std::vector<std::string> RuleSet::Languages() const {
  std::set<std::string> out = {std::string(kEnglish)};
  for (const Signature& signature : impl_->pack.signatures) {
    for (const auto& [language, text] : signature.languages) {
      out.insert(language);
    }
  }
  return {out.begin(), out.end()};
}

std::optional<std::string> RuleSet::FindLanguage(
    std::string_view language) const {
  const std::vector<std::string> known = Languages();
  const std::string wanted = Fold(language);
  for (const std::string& name : {wanted, wanted.substr(0, wanted.find('-'))}) {
    if (std::binary_search(known.begin(), known.end(), name)) return name;
  }
  return std::nullopt;
}

void RuleSet::Judge(Case* the_case, std::string_view language) const {
  const Pack& pack = impl_->pack;
  const std::string spoken =
      FindLanguage(language).value_or(std::string(kEnglish));
  the_case->rules = {pack.manifest.name, pack.manifest.version, spoken};
  Judgement judgement(*the_case, pack, impl_->routing);
  judgement.Speak(spoken);
  judgement.Tell(the_case);
}

Result<Why> RuleSet::AskWhy(const Case& the_case, std::string_view code) const {
  ESPIAL_TRY_ASSIGN(const Signature* signature,
                    FindSignature(impl_->pack, code));
  return ExplainResult(Judgement(the_case, impl_->pack, impl_->routing),
                       *signature);
}

std::vector<Why> RuleSet::AskWhy(const Case& the_case) const {
  const Judgement judgement(the_case, impl_->pack, impl_->routing);
  std::vector<Why> out;
  for (const Signature& signature : impl_->pack.signatures) {
    out.push_back(ExplainResult(judgement, signature));
  }
  return out;
}

RuleCoverage RuleSet::Cover(const Case& the_case) const {
  return CoverCase(Judgement(the_case, impl_->pack, impl_->routing));
}

std::vector<Explanation> RuleSet::Explain(std::string_view key) const {
  key = Trim(key);
  std::vector<Explanation> out;
  for (const Signature& signature : impl_->pack.signatures) {
    if (EqualsFold(signature.code, key) || EqualsFold(signature.name, key)) {
      out.push_back(ExplainSignature(signature));
    }
  }
  if (!out.empty()) return out;
  const size_t colon = key.rfind(':');
  if (colon != std::string_view::npos) {
    const auto id = ParseUnsigned(Trim(key.substr(colon + 1)));
    if (id && *id <= UINT32_MAX) {
      for (const CatalogEvent& event : impl_->pack.catalog.FindEvent(
               Trim(key.substr(0, colon)), static_cast<uint32_t>(*id))) {
        out.push_back(ExplainEvent(event));
      }
    }
    if (!out.empty()) return out;
  }
  return impl_->pack.catalog.ExplainCode(key);
}

std::string_view RuleSet::EventTitle(std::string_view provider,
                                     uint32_t id) const {
  return impl_->pack.catalog.EventTitle(provider, id);
}

std::vector<std::string> RuleSet::SignatureCodes() const {
  std::vector<std::string> out;
  for (const Signature& signature : impl_->pack.signatures) {
    out.push_back(signature.code);
  }
  return out;
}

std::vector<SignatureTest> RuleSet::SignatureTests() const {
  std::vector<SignatureTest> out;
  for (const Signature& signature : impl_->pack.signatures) {
    out.insert(out.end(), signature.tests.begin(), signature.tests.end());
  }
  return out;
}

std::vector<SignatureInfo> RuleSet::Signatures() const {
  std::vector<SignatureInfo> out;
  for (const Signature& signature : impl_->pack.signatures) {
    out.push_back(DescribeSignature(impl_->pack, impl_->routing, signature));
  }
  return out;
}

Result<SignatureInfo> RuleSet::Describe(std::string_view code) const {
  ESPIAL_TRY_ASSIGN(const Signature* signature,
                    FindSignature(impl_->pack, code));
  return DescribeSignature(impl_->pack, impl_->routing, *signature);
}

std::vector<EventReference> RuleSet::EventReferences() const {
  std::vector<EventReference> out;
  for (const FlowRules& flow : impl_->pack.flows) {
    AddEventReferences(flow.unit, impl_->routing, &out);
  }
  for (const Signature& signature : impl_->pack.signatures) {
    AddEventReferences(signature.unit, impl_->routing, &out);
  }
  return out;
}

}  // namespace espial::rules
