#include "rules/engine/detection_loader.h"

#include <espial/core/text.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "rules/engine/yaml_reader.h"

namespace espial::rules {
namespace {

using std::string_view;

constexpr size_t kMaxPatterns = 2000;

constexpr std::array<string_view, 7> kModifiers = {
    "contains", "startswith", "endswith", "all", "re", "exists", "cased"};
// Modifiers of Sigma 2.1 that this dialect does not have.
constexpr std::array<string_view, 24> kOtherModifiers = {
    "base64",  "base64offset", "utf16",  "utf16le",  "utf16be", "wide",
    "windash", "cidr",         "expand", "fieldref", "lt",      "lte",
    "gt",      "gte",          "neq",    "i",        "m",       "s",
    "minute",  "hour",         "day",    "week",     "month",   "year"};

constexpr std::array<std::pair<string_view, FieldKind>, 11> kEventFields = {{
    {"Channel", FieldKind::kChannel},
    {"Provider_Name", FieldKind::kProvider},
    {"EventID", FieldKind::kEventId},
    {"Level", FieldKind::kLevel},
    {"Version", FieldKind::kVersion},
    {"Opcode", FieldKind::kOpcode},
    {"Task", FieldKind::kTask},
    {"Keywords", FieldKind::kKeywords},
    {"Computer", FieldKind::kComputer},
    {"UserID", FieldKind::kUserId},
    {"Message", FieldKind::kMessage},
}};
constexpr std::array<std::pair<string_view, FieldKind>, 4> kRegistryFields = {{
    {"Key", FieldKind::kKey},
    {"Name", FieldKind::kName},
    {"Type", FieldKind::kType},
    {"Data", FieldKind::kData},
}};
constexpr std::array<std::pair<string_view, FieldKind>, 4> kJsonFields = {{
    {"File", FieldKind::kKey},
    {"Path", FieldKind::kName},
    {"Type", FieldKind::kType},
    {"Data", FieldKind::kData},
}};

struct Modifiers {
  Anchor anchor = Anchor::kWhole;
  bool anchored = false;
  bool all = false;
  bool regex = false;
  bool exists = false;
  bool cased = false;
};

// Reads the selections of one detection.
class SelectionReader {
 public:
  SelectionReader(Subject subject, const Reporter& reporter)
      : subject_(subject), reporter_(reporter) {}

  bool Read(const YamlEntry& entry, Selection* out) {
    out->name = entry.key;
    if (entry.value.is_map()) {
      out->groups.emplace_back();
      return ReadGroup(entry.value, &out->groups.back());
    }
    if (!entry.value.is_list()) {
      reporter_.Error(entry.value.mark, "E004",
                      fmt::format("the selection {} must be a map or a list",
                                  Quoted(entry.key)));
      return false;
    }
    if (entry.value.items.empty()) {
      reporter_.Error(
          entry.value.mark, "E006",
          fmt::format("the selection {} is empty", Quoted(entry.key)));
      return false;
    }
    bool ok = true;
    Predicate keywords;
    keywords.test = Predicate::Test::kKeywords;
    for (const YamlNode& item : entry.value.items) {
      if (item.is_map()) {
        out->groups.emplace_back();
        ok = ReadGroup(item, &out->groups.back()) && ok;
      } else {
        ok = AddKeyword(item, &keywords) && ok;
      }
    }
    if (!keywords.patterns.empty()) {
      out->groups.emplace_back();
      out->groups.back().predicates.push_back(std::move(keywords));
    }
    return ok;
  }

 private:
  bool Fail(Mark mark, string_view code, std::string message) const {
    reporter_.Error(mark, code, std::move(message));
    return false;
  }

  bool CountPattern(Mark mark) {
    if (++patterns_ <= kMaxPatterns) return true;
    if (patterns_ == kMaxPatterns + 1) {
      Fail(mark, "E026",
           fmt::format("more than {} values in one detection", kMaxPatterns));
    }
    return false;
  }

  bool AddKeyword(const YamlNode& item, Predicate* keywords) {
    if (!item.is_scalar() || item.text.empty()) {
      return Fail(item.mark, "E004", "a keyword must be text");
    }
    if (!CountPattern(item.mark)) return false;
    keywords->patterns.push_back(
        Pattern::Text(item.text, Anchor::kContains, false));
    return true;
  }

  bool ReadGroup(const YamlNode& map, Group* group) {
    if (map.entries.empty()) {
      return Fail(map.mark, "E006",
                  "a selection without a field fits anything");
    }
    bool ok = true;
    for (const YamlEntry& entry : map.entries) {
      Predicate predicate;
      if (ReadPredicate(entry, &predicate)) {
        group->predicates.push_back(std::move(predicate));
      } else {
        ok = false;
      }
    }
    // Cheap comparisons first: the id turns most events away.
    std::stable_partition(group->predicates.begin(), group->predicates.end(),
                          [](const Predicate& p) {
                            return p.field == FieldKind::kEventId ||
                                   p.field == FieldKind::kName;
                          });
    return ok;
  }

  bool ReadKeywordsAll(const YamlEntry& entry, Predicate* out) {
    out->test = Predicate::Test::kKeywords;
    out->all = true;
    if (!entry.value.is_list() || entry.value.items.empty()) {
      return Fail(entry.value.mark, "E004",
                  "'|all' must be a list of keywords");
    }
    bool ok = true;
    for (const YamlNode& item : entry.value.items) {
      ok = AddKeyword(item, out) && ok;
    }
    return ok;
  }

  bool ReadPredicate(const YamlEntry& entry, Predicate* out) {
    const string_view key = entry.key;
    if (key == "|all") return ReadKeywordsAll(entry, out);
    const size_t bar = key.find('|');
    const string_view field = key.substr(0, bar);
    Modifiers modifiers;
    if (bar != string_view::npos &&
        !ReadModifiers(key, bar, entry.mark, &modifiers)) {
      return false;
    }
    if (field.empty()) {
      return Fail(entry.mark, "E006", "a field name is missing");
    }
    if (!ResolveField(field, entry.mark, out)) return false;
    out->all = modifiers.all;
    if (modifiers.exists) return ReadExists(entry.value, modifiers, out);
    if (entry.value.is_null()) {
      if (modifiers.anchored || modifiers.all || modifiers.regex) {
        return Fail(entry.value.mark, "E013", "null takes no modifiers");
      }
      out->patterns.push_back(Pattern::Null());
      return CountPattern(entry.value.mark);
    }
    if (entry.value.is_map()) {
      return Fail(
          entry.value.mark, "E004",
          fmt::format("the value of {} must be text or a list", Quoted(field)));
    }
    if (entry.value.is_scalar()) {
      return AddPattern(entry.value, modifiers, out);
    }
    if (entry.value.items.empty()) {
      return Fail(entry.value.mark, "E006",
                  fmt::format("the list of {} is empty", Quoted(field)));
    }
    bool ok = true;
    for (const YamlNode& item : entry.value.items) {
      ok = AddPattern(item, modifiers, out) && ok;
    }
    return ok;
  }

  bool ReadModifiers(string_view key, size_t bar, Mark mark, Modifiers* out) {
    while (bar != string_view::npos) {
      const size_t begin = bar + 1;
      bar = key.find('|', begin);
      const string_view word =
          key.substr(begin, bar == string_view::npos ? bar : bar - begin);
      const Mark at = {mark.line, mark.column + static_cast<uint32_t>(begin)};
      if (!ReadModifier(word, at, out)) return false;
    }
    const int tests =
        (out->anchored ? 1 : 0) + (out->regex ? 1 : 0) + (out->exists ? 1 : 0);
    if (tests > 1 || (out->cased && (out->regex || out->exists)) ||
        (out->all && out->exists)) {
      return Fail(mark, "E013",
                  fmt::format("these modifiers do not go together: {}",
                              Quoted(key.substr(key.find('|') + 1))));
    }
    return true;
  }

  bool ReadModifier(string_view word, Mark at, Modifiers* out) {
    const auto anchor = [&](Anchor value) {
      if (out->anchored) {
        return Fail(at, "E013",
                    "only one of contains, startswith and endswith is allowed");
      }
      out->anchored = true;
      out->anchor = value;
      return true;
    };
    if (word == "contains") return anchor(Anchor::kContains);
    if (word == "startswith") return anchor(Anchor::kStarts);
    if (word == "endswith") return anchor(Anchor::kEnds);
    if (word == "all") {
      out->all = true;
    } else if (word == "re") {
      out->regex = true;
    } else if (word == "exists") {
      out->exists = true;
    } else if (word == "cased") {
      out->cased = true;
    } else if (std::find(kOtherModifiers.begin(), kOtherModifiers.end(),
                         word) != kOtherModifiers.end()) {
      return Fail(at, "E012",
                  fmt::format("Sigma's modifier '{}' is not supported", word));
    } else {
      return Fail(at, "E012",
                  fmt::format("unknown modifier {}{}", Quoted(word),
                              DidYouMean(word, kModifiers)));
    }
    return true;
  }

  template <size_t N>
  bool ResolveClosed(
      string_view field, Mark mark,
      const std::array<std::pair<string_view, FieldKind>, N>& table,
      Predicate* out) const {
    std::vector<string_view> names;
    for (const auto& [name, kind] : table) {
      if (EqualsFold(name, field)) {
        out->field = kind;
        out->name = name;
        return true;
      }
      names.push_back(name);
    }
    return Fail(
        mark, "E010",
        fmt::format("unknown field {} of a fact{}", Quoted(field),
                    DidYouMean(field, std::span<const string_view>(names))));
  }

  bool ResolveField(string_view field, Mark mark, Predicate* out) const {
    if (subject_ == Subject::kRegistry || subject_ == Subject::kXml ||
        subject_ == Subject::kOutput) {
      return ResolveClosed(field, mark, kRegistryFields, out);
    }
    if (subject_ == Subject::kJson) {
      return ResolveClosed(field, mark, kJsonFields, out);
    }
    out->field = FieldKind::kNamed;
    out->name = field;
    for (const auto& [name, kind] : kEventFields) {
      if (EqualsFold(name, field)) {
        out->field = kind;
        out->name = name;
      }
    }
    return true;
  }

  bool ReadExists(const YamlNode& value, const Modifiers&, Predicate* out) {
    out->test = Predicate::Test::kExists;
    if (value.is_scalar() && (value.text == "true" || value.text == "false")) {
      out->exists = value.text == "true";
      return true;
    }
    return Fail(value.mark, "E013", "'exists' must be true or false");
  }

  bool AddPattern(const YamlNode& value, const Modifiers& modifiers,
                  Predicate* out) {
    if (value.is_null()) {
      return Fail(value.mark, "E013", "null must not stand in a list");
    }
    if (!value.is_scalar()) {
      return Fail(value.mark, "E004", "a value must be text or a number");
    }
    if (!CountPattern(value.mark)) return false;
    if (modifiers.regex) {
      auto regex = Regex::Compile(value.text);
      if (!regex) {
        return Fail(value.mark, "E014",
                    fmt::format("the regular expression does not compile: {}",
                                regex.error().detail));
      }
      out->patterns.push_back(Pattern::Expression(
          std::make_shared<const Regex>(std::move(*regex))));
      return true;
    }
    if (modifiers.anchored && value.text.empty()) {
      return Fail(value.mark, "E013", "an empty text stands everywhere");
    }
    std::string text = value.text;
    if (subject_ == Subject::kRegistry && out->field == FieldKind::kKey) {
      if (text.find("\\*") != std::string::npos &&
          text.find("\\\\*") == std::string::npos) {
        return Fail(value.mark, "E013",
                    "'\\*' is a literal star; a wildcard behind a backslash "
                    "is written '\\\\*'");
      }
      if (modifiers.anchor == Anchor::kWhole ||
          modifiers.anchor == Anchor::kStarts) {
        text = NormaliseKey(text);
      }
    }
    out->values.push_back(value.text);
    out->patterns.push_back(
        Pattern::Text(text, modifiers.anchor, modifiers.cased));
    if (out->field == FieldKind::kEventId && !out->patterns.back().number()) {
      return Fail(
          value.mark, "E013",
          fmt::format("EventID must be a number, not {}", Quoted(value.text)));
    }
    return true;
  }

  Subject subject_;
  Reporter reporter_;
  size_t patterns_ = 0;
};

bool Uses(const Group& group, FieldKind field) {
  return std::any_of(group.predicates.begin(), group.predicates.end(),
                     [&](const Predicate& predicate) {
                       return predicate.test != Predicate::Test::kKeywords &&
                              predicate.field == field;
                     });
}

// Reads logsource: what the detection looks at, and where.
bool ReadLogsource(const YamlNode& node, const Services& services,
                   const Reporter& reporter, Detection* out) {
  constexpr std::array<string_view, 4> kKeys = {"product", "service",
                                                "category", "definition"};
  constexpr std::array<string_view, 4> kCategories = {
      "registry_state", "json_state", "xml_state", "output_state"};
  const MapReader map(node, reporter, "'logsource'", kKeys);
  if (!map.ok()) return false;
  bool ok = true;
  if (const YamlNode* product = map.Get("product")) {
    const auto text = ReadText(*product, reporter, "'product'");
    if (text && *text != "windows") {
      reporter.Error(
          product->mark, "E008",
          fmt::format("'product' must be windows, not {}", Quoted(*text)));
    }
    ok = text && *text == "windows";
  }
  if (const YamlNode* category = map.Get("category")) {
    const auto text = ReadText(*category, reporter, "'category'");
    if (!text) return false;
    if (*text == "registry_state") {
      out->subject = Subject::kRegistry;
    } else if (*text == "json_state") {
      out->subject = Subject::kJson;
    } else if (*text == "xml_state") {
      out->subject = Subject::kXml;
    } else if (*text == "output_state") {
      out->subject = Subject::kOutput;
    } else {
      reporter.Error(category->mark, "E016",
                     fmt::format("unknown category {}{}", Quoted(*text),
                                 DidYouMean(*text, kCategories)));
      return false;
    }
  }
  if (const YamlNode* service = map.Get("service")) {
    const auto text = ReadText(*service, reporter, "'service'");
    if (!text) return false;
    if (out->subject != Subject::kEvent) {
      reporter.Error(service->mark, "E013", "facts have no service");
      return false;
    }
    const auto found = services.find(*text);
    if (found == services.end()) {
      std::vector<string_view> names;
      for (const auto& [name, channels] : services) names.push_back(name);
      reporter.Error(
          service->mark, "E016",
          fmt::format("unknown service {}{}", Quoted(*text),
                      DidYouMean(*text, std::span<const string_view>(names))));
      return false;
    }
    out->service_channels = found->second;
  }
  return ok;
}

bool ReadCondition(const YamlNode& detection, const Reporter& reporter,
                   Detection* out) {
  const YamlNode* condition = detection.Find("condition");
  if (condition == nullptr) {
    reporter.Error(detection.mark, "E005",
                   "'detection' needs a key 'condition'");
    return false;
  }
  std::vector<std::string> names;
  for (const Selection& selection : out->selections) {
    names.push_back(selection.name);
  }
  if (!condition->is_list()) {
    auto expr = LoadExpr(*condition, names, reporter);
    if (!expr) return false;
    out->condition = std::move(*expr);
    return true;
  }
  // A list of conditions: one is enough.
  std::string joined;
  for (const YamlNode& item : condition->items) {
    if (!LoadExpr(item, names, reporter)) return false;
    joined += fmt::format("{}({})", joined.empty() ? "" : " or ", item.text);
  }
  ExprError error;
  auto expr = ParseExpr(joined, names, &error);
  if (!expr) {
    reporter.Error(condition->mark, error.code, error.message);
    return false;
  }
  out->condition = std::move(*expr);
  return true;
}

// An event id means nothing without its provider or channel: the detection as
// a whole must be limited to some, or each group that names an id.
bool CheckIds(const Detection& detection, const Reporter& reporter) {
  if (detection.routes.channels || detection.routes.providers) return true;
  for (const Selection& selection : detection.selections) {
    for (const Group& group : selection.groups) {
      if (!Uses(group, FieldKind::kEventId) ||
          Uses(group, FieldKind::kChannel) ||
          Uses(group, FieldKind::kProvider)) {
        continue;
      }
      reporter.Error(detection.mark, "E015",
                     fmt::format("the detection {} has an EventID but neither "
                                 "a service nor Channel or Provider_Name",
                                 Quoted(detection.name)));
      return false;
    }
  }
  return true;
}

}  // namespace

std::optional<Expr> LoadExpr(const YamlNode& node,
                             std::span<const std::string> names,
                             const Reporter& reporter) {
  if (node.is_list() || node.is_map() || Trim(node.text).empty()) {
    reporter.Error(node.mark, node.is_list() || node.is_map() ? "E004" : "E006",
                   "a condition must be text");
    return std::nullopt;
  }
  ExprError error;
  auto expr = ParseExpr(node.text, names, &error);
  if (!expr) {
    // Only a plain text on one line maps offsets to columns.
    Mark mark = node.mark;
    if (node.plain) mark.column += static_cast<uint32_t>(error.offset);
    reporter.Error(mark, error.code, std::move(error.message));
  }
  return expr;
}

std::optional<Detection> LoadDetection(const YamlNode& logsource,
                                       const YamlNode& detection,
                                       const YamlNode* part, std::string name,
                                       Mark mark, const Services& services,
                                       const Reporter& reporter) {
  Detection out;
  out.name = std::move(name);
  out.mark = mark;
  bool ok = ReadLogsource(logsource, services, reporter, &out);
  if (part != nullptr) {
    constexpr std::array<string_view, 2> kParts = {"technician", "user"};
    const auto which = ReadOneOf(*part, reporter, "'part'", kParts);
    ok = ok && which;
    if (which) out.part = *which == 0 ? Part::kTechnician : Part::kUser;
    if (out.subject != Subject::kEvent) {
      reporter.Error(part->mark, "E013", "facts have no part");
      ok = false;
    }
  }
  if (!detection.is_map()) {
    reporter.Error(detection.mark, "E004", "'detection' must be a map");
    return std::nullopt;
  }
  SelectionReader reader(out.subject, reporter);
  for (const YamlEntry& entry : detection.entries) {
    if (entry.key == "condition") continue;
    if (entry.key == "timeframe") {
      reporter.Error(entry.mark, "E023",
                     "'timeframe' is of old Sigma; use a correlation");
      ok = false;
      continue;
    }
    Selection selection;
    ok = reader.Read(entry, &selection) && ok;
    out.selections.push_back(std::move(selection));
  }
  ok = ReadCondition(detection, reporter, &out) && ok;
  if (!ok) return std::nullopt;
  out.routes = ComputeRoutes(out);
  if (!CheckIds(out, reporter)) return std::nullopt;
  return out;
}

std::vector<std::string> NamedFields(const Group& group) {
  std::vector<std::string> out;
  for (const Predicate& predicate : group.predicates) {
    if (predicate.test != Predicate::Test::kKeywords &&
        predicate.field == FieldKind::kNamed) {
      out.push_back(predicate.name);
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace espial::rules
