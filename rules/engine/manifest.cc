#include "rules/engine/manifest.h"

#include <espial/core/arena.h>
#include <espial/core/text.h>
#include <fmt/format.h>

#include <array>
#include <map>
#include <optional>

#include "rules/engine/csv.h"
#include "rules/engine/quantity.h"
#include "rules/engine/yaml.h"
#include "rules/engine/yaml_reader.h"

namespace espial::rules {
namespace {

using std::string_view;

constexpr string_view kAtLeast = ">=";

std::optional<Quantity> ReadVersion(const YamlNode& node, string_view text,
                                    const Reporter& reporter) {
  auto version = ParseQuantity(text, Measure::kVersion);
  if (!version) {
    reporter.Error(node.mark, "E008",
                   fmt::format("{} is no version such as 1.4.0", Quoted(text)));
  }
  return version;
}

}  // namespace

string_view EngineVersion() { return ESPIAL_ENGINE_VERSION; }

bool LoadManifest(string_view text, const Reporter& reporter, Manifest* out) {
  const auto root = ParseYaml(text, reporter);
  if (!root) return true;
  constexpr std::array<string_view, 4> kKeys = {"name", "version", "engine",
                                                "description"};
  // The gate comes first: what a newer engine knows is not to be judged here.
  const YamlNode* engine = root->is_map() ? root->Find("engine") : nullptr;
  if (engine != nullptr) {
    const auto wanted = ReadText(*engine, reporter, "'engine'");
    if (wanted && !wanted->starts_with(kAtLeast)) {
      reporter.Error(engine->mark, "E008",
                     fmt::format("'engine' must look like '>=0.1.0', not {}",
                                 Quoted(*wanted)));
    } else if (wanted) {
      const string_view number = Trim(string_view(*wanted).substr(2));
      const auto least = ReadVersion(*engine, number, reporter);
      if (least &&
          *least > *ParseQuantity(EngineVersion(), Measure::kVersion)) {
        reporter.Error(
            engine->mark, "E030",
            fmt::format("this pack needs Espial {} or newer; this is {}",
                        number, EngineVersion()));
        return false;
      }
    }
  }
  const MapReader map(*root, reporter, "the manifest", kKeys);
  if (!map.ok()) return true;
  map.Require("engine");
  out->name = map.RequireText("name").value_or("");
  out->version = map.RequireText("version").value_or("");
  if (!out->version.empty()) {
    ReadVersion(*map.Get("version"), out->version, reporter);
  }
  return true;
}

std::vector<RegisteredCode> LoadRegister(string_view text,
                                         const Reporter& reporter) {
  std::vector<RegisteredCode> out;
  std::map<std::string, uint32_t, std::less<>> seen;
  constexpr std::array<string_view, 3> kColumns = {"code", "id", "state"};
  Arena arena;
  ParseCsv(text, kColumns, &arena, reporter,
           [&](std::span<const string_view> row, uint32_t line) {
             const Mark mark = {line, 1};
             RegisteredCode code = {std::string(row[0]), Fold(row[1]),
                                    row[2] == "retired", line};
             if (row[2] != "active" && row[2] != "retired") {
               reporter.Error(mark, "E008",
                              fmt::format("'state' must be one of active, "
                                          "retired, not {}",
                                          Quoted(row[2])));
             }
             for (const std::string& name : {code.code, code.id}) {
               const auto [entry, added] = seen.emplace(name, line);
               if (added) continue;
               reporter.Error(mark, "E031",
                              fmt::format("{} was given in line {} already; "
                                          "codes and ids are never used again",
                                          Quoted(name), entry->second));
             }
             out.push_back(std::move(code));
           });
  return out;
}

void CheckRegister(const std::vector<RegisteredCode>& codes,
                   const std::vector<Signature>& signatures,
                   Diagnostics* diagnostics) {
  std::map<string_view, const RegisteredCode*> by_code;
  for (const RegisteredCode& code : codes) by_code.emplace(code.code, &code);
  std::map<string_view, bool> used;
  for (const Signature& signature : signatures) {
    const auto found = by_code.find(signature.code);
    const auto report = [&](std::string message) {
      diagnostics->Add(signature.unit.file, signature.code_mark, "E031",
                       std::move(message));
    };
    used.emplace(signature.code, true);
    if (found == by_code.end()) {
      report(fmt::format("the code {} is not in {}", Quoted(signature.code),
                         kRegisterFile));
    } else if (found->second->retired) {
      report(fmt::format("the code {} is retired and must not be used again",
                         Quoted(signature.code)));
    } else if (found->second->id != signature.id) {
      report(fmt::format("the id of {} is {} in {}, and must not change",
                         Quoted(signature.code), found->second->id,
                         kRegisterFile));
    }
  }
  for (const RegisteredCode& code : codes) {
    if (code.retired || used.contains(code.code)) continue;
    diagnostics->Add(kRegisterFile, {code.line, 1}, "E031",
                     fmt::format("{} is active, and no signature has it: what "
                                 "was deleted is retired",
                                 Quoted(code.code)));
  }
}

}  // namespace espial::rules
