#include "rules/engine/loader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "rules/engine/document_loader.h"
#include "rules/engine/embedded_pack.h"
#include "rules/engine/yaml_image.h"

namespace espial::rules {
namespace {

// Codes and ids are used once over all documents.
void CheckUnique(const Pack& pack, Diagnostics* diagnostics) {
  std::map<std::string_view, std::string_view> codes;
  std::map<std::string_view, std::string_view> ids;
  const auto check = [&](auto* seen, std::string_view what,
                         std::string_view value, std::string_view file,
                         Mark mark) {
    if (value.empty()) return;
    const auto [entry, added] = seen->emplace(value, file);
    if (!added) {
      diagnostics->Add(file, mark, "E020",
                       fmt::format("the {} {} is that of {} too", what,
                                   Quoted(value), entry->second));
    }
  };
  for (const Signature& signature : pack.signatures) {
    check(&codes, "code", signature.code, signature.unit.file,
          signature.code_mark);
    check(&ids, "id", signature.id, signature.unit.file, {});
  }
  for (const FlowRules& flow : pack.flows) {
    check(&ids, "id", flow.id, flow.unit.file, flow.id_mark);
  }
}

void CheckStages(const Pack& pack, Diagnostics* diagnostics) {
  std::vector<std::string> steps;
  for (const FlowRules& flow : pack.flows) {
    for (const FlowStep& step : flow.steps) steps.push_back(step.id);
  }
  if (steps.empty()) return;
  for (const Signature& signature : pack.signatures) {
    for (const std::string& stage : signature.stages) {
      if (std::find(steps.begin(), steps.end(), stage) != steps.end()) continue;
      diagnostics->Add(
          signature.unit.file, signature.stage_mark, "E022",
          fmt::format("unknown step {}{}", Quoted(stage),
                      DidYouMean(stage, std::span<const std::string>(steps))));
    }
  }
}

// Steps whose duration a value is.
void CheckDurations(const Pack& pack, Diagnostics* diagnostics) {
  std::vector<std::string> steps;
  for (const FlowRules& flow : pack.flows) {
    for (const FlowStep& step : flow.steps) steps.push_back(step.id);
  }
  if (steps.empty()) return;
  for (const Signature& signature : pack.signatures) {
    for (const NamedValue& value : signature.unit.values) {
      if (value.source != NamedValue::Source::kDuration ||
          std::find(steps.begin(), steps.end(), value.step) != steps.end()) {
        continue;
      }
      diagnostics->Add(
          signature.unit.file, value.step_mark, "E022",
          fmt::format(
              "unknown step {}{}", Quoted(value.step),
              DidYouMean(value.step, std::span<const std::string>(steps))));
    }
  }
}

// Scenarios that no flow of the pack decides cannot be applied to.
void CheckScenarios(const Pack& pack, Diagnostics* diagnostics) {
  std::vector<std::string> names;
  for (const FlowRules& flow : pack.flows) {
    for (const ScenarioCase& scenario : flow.scenarios) {
      names.push_back(scenario.name);
    }
  }
  const auto check = [&](const std::vector<std::string>& applies_to,
                         const std::string& file, Mark mark) {
    for (const std::string& name : applies_to) {
      if (std::find(names.begin(), names.end(), name) != names.end()) continue;
      diagnostics->Add(
          file, mark, "E010",
          fmt::format("unknown scenario {}{}", Quoted(name),
                      DidYouMean(name, std::span<const std::string>(names))));
    }
  };
  for (const FlowRules& flow : pack.flows) {
    check(flow.applies_to, flow.unit.file, {});
  }
  if (names.empty()) return;
  for (const Signature& signature : pack.signatures) {
    check(signature.applies_to, signature.unit.file, signature.applies_to_mark);
  }
}

// Explanations must not go in circles: then nothing would be a root.
class CycleCheck {
 public:
  CycleCheck(const Pack& pack, Diagnostics* diagnostics)
      : pack_(pack), diagnostics_(diagnostics) {
    for (size_t i = 0; i < pack.signatures.size(); ++i) {
      index_.emplace(pack.signatures[i].code, i);
    }
    state_.resize(pack.signatures.size(), State::kNew);
  }

  void Run() {
    for (size_t i = 0; i < pack_.signatures.size(); ++i) {
      if (state_[i] == State::kNew) Visit(i);
    }
  }

 private:
  enum class State { kNew, kOpen, kDone };
  struct Frame {
    size_t signature;
    size_t next = 0;
  };

  // Depth first with a stack of its own: a chain may be as long as the pack.
  void Visit(size_t start) {
    std::vector<Frame> stack = {{start}};
    state_[start] = State::kOpen;
    while (!stack.empty()) {
      Frame& frame = stack.back();
      const Signature& signature = pack_.signatures[frame.signature];
      if (frame.next == signature.explains.size()) {
        state_[frame.signature] = State::kDone;
        stack.pop_back();
        continue;
      }
      const auto found = index_.find(signature.explains[frame.next++]);
      if (found == index_.end()) continue;
      const size_t target = found->second;
      if (state_[target] == State::kNew) {
        state_[target] = State::kOpen;
        stack.push_back({target});
      } else if (state_[target] == State::kOpen) {
        Report(stack, target);
      }
    }
  }

  void Report(const std::vector<Frame>& stack, size_t target) {
    std::vector<std::string_view> codes;
    bool within = false;
    for (const Frame& frame : stack) {
      within = within || frame.signature == target;
      if (within) codes.push_back(pack_.signatures[frame.signature].code);
    }
    codes.push_back(pack_.signatures[target].code);
    const Signature& last = pack_.signatures[stack.back().signature];
    diagnostics_->Add(last.unit.file, last.explains_mark, "E021",
                      fmt::format("explanations go in a circle: {}",
                                  fmt::join(codes, " -> ")));
  }

  const Pack& pack_;
  Diagnostics* diagnostics_;
  std::map<std::string_view, size_t> index_;
  std::vector<State> state_;
};

// Dispatches one catalogue file; false when the name is none.
bool LoadCatalogFile(const PackFile& file, const Reporter& reporter,
                     Catalog* catalog) {
  if (file.name == "catalog/errorcodes.csv") {
    catalog->AddErrorCodes(file.text, reporter);
  } else if (file.name == "catalog/events.csv") {
    catalog->AddEvents(file.text, reporter);
  } else if (file.name == "catalog/maps.csv") {
    catalog->AddMaps(file.text, reporter);
  } else if (file.name == "catalog/logsources.yml") {
    catalog->AddLogSources(file.text, reporter);
  } else {
    return false;
  }
  return true;
}

// The tree of a document: from its image where there is one.
std::optional<YamlNode> ReadTree(const PackFile& file,
                                 const Reporter& reporter) {
  if (!file.tree.empty()) {
    auto tree = ReadYamlImage(file.tree);
    if (tree) return tree;
  }
  return ParseYaml(file.text, reporter);
}

}  // namespace

std::span<const PackFile> BuiltInPackFiles() {
  static const std::vector<PackFile> built_in = [] {
    const std::span<const EmbeddedFile> trees = EmbeddedTrees();
    std::vector<PackFile> files;
    auto tree = trees.begin();
    for (const EmbeddedFile& file : EmbeddedPack()) {
      files.push_back({file.name, file.text, {}});
      if (tree == trees.end() || tree->name != file.name) continue;
      files.back().tree = tree->text;
      ++tree;
    }
    return files;
  }();
  return built_in;
}

Pack LoadPack(std::span<const RuleFile> files, Diagnostics* diagnostics) {
  std::vector<PackFile> views;
  views.reserve(files.size());
  for (const RuleFile& file : files) {
    views.push_back({file.name, file.text, {}});
  }
  return LoadPack(views, diagnostics);
}

Pack LoadPack(std::span<const PackFile> files, Diagnostics* diagnostics) {
  Pack pack;
  std::vector<const PackFile*> documents;
  std::set<std::string_view> names;
  std::optional<std::vector<RegisteredCode>> codes;
  for (const PackFile& file : files) {
    if (file.name != kManifestFile) continue;
    if (!LoadManifest(file.text, {file.name, diagnostics}, &pack.manifest)) {
      return pack;
    }
  }
  for (const PackFile& file : files) {
    const Reporter reporter{file.name, diagnostics};
    if (!names.insert(file.name).second) {
      reporter.Error({}, "E020", "a file of this name is there already");
    } else if (file.name == kRegisterFile) {
      codes = LoadRegister(file.text, reporter);
    } else if (file.name == kManifestFile ||
               LoadCatalogFile(file, reporter, &pack.catalog)) {
      continue;
    } else if (file.name.ends_with(".yml")) {
      documents.push_back(&file);
    } else {
      reporter.Error({}, "E025", "this file is no part of a pack");
    }
  }
  // The order of the files must not matter.
  std::sort(
      documents.begin(), documents.end(),
      [](const PackFile* a, const PackFile* b) { return a->name < b->name; });
  for (const PackFile* file : documents) {
    const Reporter reporter{file->name, diagnostics};
    const auto root = ReadTree(*file, reporter);
    if (!root) continue;
    const size_t before = pack.signatures.size();
    LoadDocument(*root, reporter, &pack);
    if (pack.signatures.size() > before) {
      pack.signatures.back().text = file->text;
    }
  }
  CheckUnique(pack, diagnostics);
  if (codes) CheckRegister(*codes, pack.signatures, diagnostics);
  if (names.contains(kManifestFile) && !codes) {
    diagnostics->Add(
        kManifestFile, {}, "E005",
        fmt::format("a pack with a manifest needs {}, the register "
                    "of its codes",
                    kRegisterFile));
  }
  CheckStages(pack, diagnostics);
  CheckDurations(pack, diagnostics);
  CheckScenarios(pack, diagnostics);
  CycleCheck(pack, diagnostics).Run();
  std::stable_sort(
      pack.signatures.begin(), pack.signatures.end(),
      [](const Signature& a, const Signature& b) { return a.code < b.code; });
  return pack;
}

}  // namespace espial::rules
