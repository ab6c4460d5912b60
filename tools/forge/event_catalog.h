// Which fields an event has: the catalogue events.csv.
#pragma once

#include <espial/core/result.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace espial::forge {

struct CatalogField {
  std::string name;
  std::string type;  // "UnicodeString", "HexInt32", ...
};

// One version of one event.
struct CatalogEvent {
  std::string provider;
  std::string guid;     // "{...}", or empty: a classic provider
  std::string channel;  // empty: not known
  uint8_t version = 0;
  std::optional<uint8_t> level;
  std::vector<CatalogField> fields;
};

class EventCatalog {
 public:
  // Reads the text of events.csv. Columns are found by the names in its first
  // row: provider, guid, channel, id, version, level, fields. Errors name the
  // row.
  static Result<EventCatalog> Parse(std::string_view csv);

  // The row of an event: of `version`, or of the highest. An error says what
  // the catalogue has instead. The catalogue must outlive what is returned.
  [[nodiscard]] Result<const CatalogEvent*> Find(
      std::string_view provider, uint16_t id, std::string_view channel,
      std::optional<uint8_t> version) const;

  // The GUID of a provider, "{...}"; empty when it has none or is not known.
  [[nodiscard]] std::string GuidOf(std::string_view provider) const;

 private:
  using Key = std::pair<std::string, uint16_t>;
  std::map<Key, std::vector<CatalogEvent>> events_;
};

}  // namespace espial::forge
