// espial rules new: the beginning of a signature.
#include <espial/core/text.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <system_error>

#include "tools/espial/output.h"
#include "tools/espial/rule_files.h"
#include "tools/espial/rules_commands.h"
#include "tools/espial/terminal.h"

namespace espial::cli {
namespace {

namespace fs = std::filesystem;

struct NewOptions {
  std::string code;
  std::string folder = ".";
  std::string rules_directory;
};

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// AREA-NNN, as rules/FORMAT.md wants it.
bool IsCode(std::string_view code) {
  const size_t dash = code.find('-');
  if (dash == std::string_view::npos || dash < 2 || dash > 8 ||
      code.size() != dash + 4 || !IsUpper(code[0])) {
    return false;
  }
  return std::all_of(code.begin(), code.begin() + static_cast<ptrdiff_t>(dash),
                     [](char c) { return IsUpper(c) || IsDigit(c); }) &&
         std::all_of(code.begin() + static_cast<ptrdiff_t>(dash) + 1,
                     code.end(), IsDigit);
}

// A random UUID, version 4.
std::string MakeUuid() {
  std::random_device random;
  std::uniform_int_distribution<unsigned> byte(0, 255);
  std::array<unsigned, 16> bytes{};
  for (unsigned& one : bytes) one = byte(random);
  bytes[6] = (bytes[6] & 0x0FU) | 0x40U;
  bytes[8] = (bytes[8] & 0x3FU) | 0x80U;
  std::string out;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    std::array<char, 3> hex{};
    std::snprintf(hex.data(), hex.size(), "%02x", bytes[i]);
    out += hex.data();
  }
  return out;
}

// A signature that loads, and whose lint asks for what only its author knows:
// a remedy and tests.
std::string Skeleton(const std::string& code, const std::string& uuid) {
  const std::string name = Fold(code);
  return "title: What went wrong, in one line\n"
         "id: " +
         uuid +
         "\nsignature:\n"
         "  code: " +
         code + "\n  name: " + name +
         "-name\n"
         "  severity: error            # error | warning | info\n"
         "  confidence: medium         # high | medium | low\n"
         "  stage: user.device_setup   # a step of a flow\n"
         "  needs:                     # without these, \"no\" cannot be said\n"
         "    - channel: "
         "Microsoft-Windows-DeviceManagement-Enterprise-Diagnostics-Provider/"
         "Admin\n"
         "  when: seen\n"
         "  explains: []               # codes of its symptoms\n"
         "  evidence: [HexInt1]        # fields to show\n"
         "  cause: >-\n"
         "    What happened, and why.\n"
         "  remedy: []                 # what to do, a step each\n"
         "  links: []\n"
         "\n"
         "detections:\n"
         "  seen:\n"
         "    logsource: { product: windows, service: mdm-admin }\n"
         "    detection:\n"
         "      selection:\n"
         "        EventID: 404\n"
         "      condition: selection\n"
         "\n"
         "# At least one test of each result: matched, not_matched, "
         "inconclusive.\n"
         "#   - { scenario: my-scenario, expect: matched }\n"
         "tests: []\n";
}

// The register of the pack that `folder` belongs to: `ids.csv` in it or in the
// folder above; empty where there is none.
fs::path FindRegister(const fs::path& folder) {
  std::error_code error;
  const fs::path whole = fs::absolute(folder, error).lexically_normal();
  // A path that ends with a separator has an empty last part.
  const fs::path above = whole.has_filename()
                             ? whole.parent_path()
                             : whole.parent_path().parent_path();
  for (const fs::path& place : {whole, above}) {
    if (fs::is_regular_file(place / "ids.csv", error)) {
      return place / "ids.csv";
    }
  }
  return {};
}

// The register with one line more, behind those of lesser codes; nothing when
// the code stands in it already.
std::optional<std::string> Registered(std::string_view text,
                                      const std::string& code,
                                      const std::string& uuid) {
  std::string out;
  const std::string line = code + ',' + uuid + ",active\n";
  bool placed = false;
  bool head = true;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    const std::string_view row = text.substr(0, end);
    text.remove_prefix(end);
    const std::string_view other = row.substr(0, row.find(','));
    if (EqualsFold(Trim(other), code)) return std::nullopt;
    if (!head && !placed && other > code) {
      out += line;
      placed = true;
    }
    head = false;
    out += row;
    if (!out.ends_with('\n')) out += '\n';
  }
  return placed ? out : out + line;
}

ExitCode Run(const NewOptions& options) {
  if (!IsCode(options.code)) {
    Complain("CODE: expected an area and a number such as HYB-023, found \"" +
             options.code + "\"");
    return kUsage;
  }
  const auto rules = Rules::Load(options.rules_directory);
  if (!rules) return kUsage;
  for (const rules::RuleSet* set :
       {&rules->set(), &rules::RuleSet::BuiltIn()}) {
    const auto known = set->Describe(options.code);
    if (!known) continue;
    Complain(options.code + " is taken: " + known->file + ", \"" +
             known->title + "\"; a code is never used again");
    return kUsage;
  }
  std::error_code error;
  fs::create_directories(options.folder, error);
  const fs::path path = fs::path(options.folder) / (options.code + ".yml");
  if (fs::exists(path, error)) {
    Complain(path.string() + ": exists already");
    return kUsage;
  }
  const std::string uuid = MakeUuid();
  const fs::path ids = FindRegister(options.folder);
  std::optional<std::string> registered;
  if (!ids.empty()) {
    const auto old = ReadRuleFiles({ids.string()});
    if (!old) {
      Complain(ids.string() + ": " + Sentence(old.error()));
      return kFailed;
    }
    registered = Registered(old->front().text, options.code, uuid);
    if (!registered) {
      Complain(options.code + " stands in " + ids.string() +
               ", in use or retired; a code is never used again");
      return kUsage;
    }
  }
  if (!WriteAll(path.string(), Skeleton(options.code, uuid))) return kFailed;
  if (registered && !WriteAll(ids.string(), *registered)) return kFailed;
  return WriteAll("", path.string() + '\n') ? kAnalysed : kFailed;
}

}  // namespace

Command AddRulesNew(CLI::App* rules) {
  auto options = std::make_shared<NewOptions>();
  CLI::App* app =
      rules->add_subcommand("new", "Write the beginning of a signature");
  app->add_option("CODE", options->code,
                  "An area and a number that no signature has: HYB-023")
      ->required()
      ->type_name("");
  app->add_option("-o,--output", options->folder,
                  "The folder for CODE.yml (default: here)")
      ->type_name("DIR");
  app->add_option("--rules", options->rules_directory,
                  "Rules whose codes are taken as well")
      ->type_name("DIR");
  app->footer(
      "Where the folder, or the one above it, has an ids.csv, the code and its "
      "UUID become a line\nof it.\n\n"
      "Exit codes: 0 written, 2 wrong command line, a code or file that is "
      "there already, 3 the\nfile could not be written.\n\n"
      "Examples:\n"
      "  espial rules new HYB-023 -o my-rules/autopilot\n"
      "  espial rules new ACME-001");
  return {app, [options] { return Run(*options); }};
}

}  // namespace espial::cli
