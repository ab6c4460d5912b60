#include "tools/forge/event_catalog.h"

#include <espial/core/text.h>

#include <algorithm>
#include <array>
#include <set>

#include "tools/forge/csv.h"
#include "tools/forge/suggest.h"

namespace espial::forge {
namespace {

enum Column : uint8_t {
  kProvider,
  kGuid,
  kChannel,
  kId,
  kVersion,
  kLevel,
  kFields,
  kColumns
};
constexpr std::string_view kColumnNames[kColumns] = {
    "provider", "guid", "channel", "id", "version", "level", "fields"};

constexpr std::pair<std::string_view, uint8_t> kLevelNames[] = {
    {"Always", 0},  {"Critical", 1},      {"Error", 2},
    {"Warning", 3}, {"Informational", 4}, {"Verbose", 5}};

Error RowError(size_t row, std::string detail) {
  return {Errc::kInvalidArgument, "events.csv", 0,
          "row " + std::to_string(row + 1) + ": " + std::move(detail)};
}

using Columns = std::array<size_t, kColumns>;

Result<Columns> FindColumns(const std::vector<std::string>& header) {
  Columns columns{};
  for (size_t i = 0; i < kColumns; ++i) {
    const auto at = std::find(header.begin(), header.end(), kColumnNames[i]);
    if (at == header.end()) {
      return RowError(0, "there is no column " + std::string(kColumnNames[i]));
    }
    columns[i] = static_cast<size_t>(at - header.begin());
  }
  return columns;
}

// "Name:Type;Name:Type". A name may hold colons, a type never does.
Result<std::vector<CatalogField>> ParseFields(std::string_view text,
                                              size_t row) {
  std::vector<CatalogField> fields;
  while (!text.empty()) {
    const size_t end = text.find(';');
    const std::string_view field = text.substr(0, end);
    const size_t colon = field.rfind(':');
    if (colon == std::string_view::npos || colon == 0 ||
        colon + 1 == field.size()) {
      return RowError(row,
                      "a field is not Name:Type: '" + std::string(field) + "'");
    }
    fields.push_back({std::string(field.substr(0, colon)),
                      std::string(field.substr(colon + 1))});
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return fields;
}

std::string Braced(const std::string& guid) {
  if (guid.empty() || guid.starts_with('{')) return guid;
  return "{" + guid + "}";
}

Result<std::optional<uint8_t>> ParseLevel(std::string_view name, size_t row) {
  if (name.empty()) return std::optional<uint8_t>();
  for (const auto& [known, level] : kLevelNames) {
    if (EqualsFold(name, known)) return std::optional<uint8_t>(level);
  }
  return RowError(row, "unknown level '" + std::string(name) + "'");
}

std::string Quoted(std::string_view provider, uint16_t id) {
  return std::string(provider) + " " + std::to_string(id);
}

// "a, b, c", each once.
std::string JoinSet(const std::set<std::string>& texts) {
  std::string joined;
  for (const std::string& text : texts) {
    joined += (joined.empty() ? "" : ", ") + text;
  }
  return joined;
}

}  // namespace

Result<EventCatalog> EventCatalog::Parse(std::string_view csv) {
  ESPIAL_TRY_ASSIGN(auto rows, ParseCsv(csv));
  if (rows.empty()) return RowError(0, "the catalogue is empty");
  ESPIAL_TRY_ASSIGN(const Columns columns, FindColumns(rows[0]));
  EventCatalog catalog;
  for (size_t i = 1; i < rows.size(); ++i) {
    std::vector<std::string>& row = rows[i];
    if (row.size() != rows[0].size()) {
      return RowError(i, "expected " + std::to_string(rows[0].size()) +
                             " cells, found " + std::to_string(row.size()));
    }
    const auto id = ParseUnsigned(row[columns[kId]]);
    const auto version = ParseUnsigned(row[columns[kVersion]]);
    if (!id || *id > 65535) return RowError(i, "the id is no event id");
    if (!version || *version > 255) {
      return RowError(i, "the version is no event version");
    }
    CatalogEvent event;
    event.provider = row[columns[kProvider]];
    event.guid = Braced(row[columns[kGuid]]);
    event.channel = row[columns[kChannel]];
    event.version = static_cast<uint8_t>(*version);
    ESPIAL_TRY_ASSIGN(event.level, ParseLevel(row[columns[kLevel]], i));
    ESPIAL_TRY_ASSIGN(event.fields, ParseFields(row[columns[kFields]], i));
    Key key(event.provider, static_cast<uint16_t>(*id));
    catalog.events_[std::move(key)].push_back(std::move(event));
  }
  return catalog;
}

Result<const CatalogEvent*> EventCatalog::Find(
    std::string_view provider, uint16_t id, std::string_view channel,
    std::optional<uint8_t> version) const {
  const auto fail = [&](std::string message) {
    return Error{Errc::kNotFound, Quoted(provider, id), 0, std::move(message)};
  };
  const auto entry = events_.find(Key(std::string(provider), id));
  if (entry == events_.end()) {
    if (GuidOf(provider).empty()) {
      std::vector<std::string_view> providers;
      for (const auto& [key, rows] : events_) providers.push_back(key.first);
      return fail("the catalogue has no such event" +
                  Suggestion(provider, providers));
    }
    return fail("the catalogue has no such event");
  }
  std::set<std::string> channels;
  std::set<std::string> versions;
  const CatalogEvent* best = nullptr;
  for (const CatalogEvent& event : entry->second) {
    if (!event.channel.empty() && event.channel != channel) {
      channels.insert(event.channel);
      continue;
    }
    versions.insert(std::to_string(event.version));
    if (version ? event.version == *version
                : !best || event.version > best->version) {
      best = &event;
    }
  }
  if (best) return best;
  if (versions.empty()) {
    return fail("the catalogue has this event in " + JoinSet(channels) +
                ", not in " + std::string(channel));
  }
  return fail("the catalogue has version " + JoinSet(versions) +
              " of this event, not " + std::to_string(*version));
}

std::string EventCatalog::GuidOf(std::string_view provider) const {
  const auto entry = events_.lower_bound(Key(std::string(provider), 0));
  if (entry == events_.end() || entry->first.first != provider) return "";
  return entry->second.front().guid;
}

}  // namespace espial::forge
