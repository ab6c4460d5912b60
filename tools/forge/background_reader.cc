#include "tools/forge/background_reader.h"

#include <string_view>
#include <utility>

namespace espial::forge {
namespace {

constexpr std::string_view kKeys[] = {"seed", "events", "registry", "logs",
                                      "files"};
constexpr std::string_view kEventsKeys[] = {"count", "of"};
constexpr std::string_view kKindKeys[] = {"channel", "provider", "id"};
constexpr std::string_view kRegistryKeys[] = {"keys", "values"};
constexpr std::string_view kLogsKeys[] = {"count", "bytes"};
// What one cabinet can hold, in the smallest things that it may be made of.
constexpr int64_t kMost = 100'000'000;

Status ReadCount(const YamlNode& map, std::string_view key, uint64_t* out) {
  const auto node = map.Find(key);
  if (!node) return map.Fail("'" + std::string(key) + "' is missing");
  ESPIAL_TRY_ASSIGN(const int64_t number, node->ExpectInteger(key, 0, kMost));
  *out = static_cast<uint64_t>(number);
  return {};
}

Result<Background::Kind> ReadKind(const YamlNode& node) {
  ESPIAL_TRY(node.ExpectKeys("a kind of event", kKindKeys));
  Background::Kind kind;
  kind.where = node.Where();
  const auto text = [&](std::string_view key, std::string* out) -> Status {
    const auto value = node.Find(key);
    if (!value) return node.Fail("'" + std::string(key) + "' is missing");
    ESPIAL_TRY_ASSIGN(*out, value->ExpectText(key));
    return {};
  };
  ESPIAL_TRY(text("channel", &kind.channel));
  ESPIAL_TRY(text("provider", &kind.provider));
  const auto id = node.Find("id");
  if (!id) return node.Fail("'id' is missing");
  ESPIAL_TRY_ASSIGN(const int64_t number,
                    id->ExpectInteger("id", 0, UINT16_MAX));
  kind.id = static_cast<uint16_t>(number);
  return kind;
}

Status ReadEvents(const YamlNode& node, Background* background) {
  ESPIAL_TRY(node.ExpectKeys("events", kEventsKeys));
  ESPIAL_TRY(ReadCount(node, "count", &background->events));
  const auto of = node.Find("of");
  if (!of) return node.Fail("'of' is missing");
  ESPIAL_TRY_ASSIGN(const auto kinds, of->ExpectSequence("of"));
  for (const YamlNode& item : kinds) {
    ESPIAL_TRY_ASSIGN(auto kind, ReadKind(item));
    background->kinds.push_back(std::move(kind));
  }
  if (background->kinds.empty()) return of->Fail("'of' names no event");
  return {};
}

}  // namespace

Result<Background> ReadBackground(const YamlNode& node) {
  ESPIAL_TRY(node.ExpectKeys("background", kKeys));
  Background background;
  if (node.Find("seed")) {
    ESPIAL_TRY(ReadCount(node, "seed", &background.seed));
  }
  if (const auto events = node.Find("events")) {
    ESPIAL_TRY(ReadEvents(*events, &background));
  }
  if (const auto registry = node.Find("registry")) {
    ESPIAL_TRY(registry->ExpectKeys("registry", kRegistryKeys));
    ESPIAL_TRY(ReadCount(*registry, "keys", &background.keys));
    ESPIAL_TRY(ReadCount(*registry, "values", &background.values));
  }
  if (const auto logs = node.Find("logs")) {
    ESPIAL_TRY(logs->ExpectKeys("logs", kLogsKeys));
    ESPIAL_TRY(ReadCount(*logs, "count", &background.logs));
    ESPIAL_TRY(ReadCount(*logs, "bytes", &background.log_bytes));
  }
  if (node.Find("files")) {
    ESPIAL_TRY(ReadCount(node, "files", &background.files));
  }
  return background;
}

}  // namespace espial::forge
