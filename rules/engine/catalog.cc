#include "rules/engine/catalog.h"

#include <espial/core/text.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>

#include "rules/engine/csv.h"
#include "rules/engine/error_code.h"
#include "rules/engine/pattern.h"
#include "rules/engine/yaml_reader.h"

namespace espial::rules {
namespace {

using std::string_view;

bool BeforeById(const CatalogEvent& a, const CatalogEvent& b) {
  return a.id < b.id;
}

std::string MapKey(string_view provider, uint64_t id, uint64_t version,
                   string_view field) {
  return fmt::format("{}\n{}\n{}\n{}", Fold(provider), id, version,
                     Fold(field));
}

bool IsOffByDefault(string_view channel) {
  return EndsWithFold(channel, "/Analytic") || EndsWithFold(channel, "/Debug");
}

// Whether a field of this name holds a code even where the number is small.
bool NamesACode(string_view name) {
  constexpr std::array<string_view, 9> kParts = {
      "hresult",       "error", "status",     "exitcode", "result",
      "failurereason", "win32", "returncode", "errcode"};
  return std::any_of(kParts.begin(), kParts.end(), [&](string_view part) {
    return ContainsFold(name, part);
  });
}

}  // namespace

void Catalog::AddErrorCodes(string_view text, const Reporter& reporter) {
  constexpr std::array<string_view, 5> kColumns = {"code", "symbol", "area",
                                                   "meaning", "advice"};
  ParseCsv(Keep(text), kColumns, &arena_, reporter,
           [this](std::span<const string_view> row, uint32_t) {
             codes_.push_back({row[0], row[1], row[2], row[3], row[4]});
           });
  code_index_.clear();
  for (size_t i = 0; i < codes_.size(); ++i) {
    code_index_.emplace(codes_[i].code, i);
  }
}

void Catalog::AddEvents(string_view text, const Reporter& reporter) {
  constexpr std::array<string_view, 8> kColumns = {
      "provider", "guid",  "channel", "id",
      "version",  "level", "fields",  "title"};
  // Rows of one provider stand together, so most need no search.
  string_view provider;
  std::vector<CatalogEvent>* of_provider = nullptr;
  const auto take = [&](std::span<const string_view> row, uint32_t line) {
    const auto id = ParseUnsigned(row[3]);
    const auto version = ParseUnsigned(row[4]);
    if (!id || !version || *id > UINT32_MAX || *version > UINT8_MAX) {
      reporter.Error({line, 1}, "E024", "id and version must be numbers");
      return;
    }
    CatalogEvent event;
    event.provider = row[0];
    event.channel = row[2];
    event.id = static_cast<uint32_t>(*id);
    event.version = static_cast<uint32_t>(*version);
    event.level = row[5];
    event.fields = row[6];
    event.title = row[7];
    if (of_provider == nullptr || provider != event.provider) {
      provider = event.provider;
      of_provider = &events_[Fold(provider)];
    }
    of_provider->push_back(event);
  };
  ParseCsv(Keep(text), kColumns, &arena_, reporter, take);
  for (auto& [name, events] : events_) {
    std::stable_sort(events.begin(), events.end(), BeforeById);
  }
}

void Catalog::AddMaps(string_view text, const Reporter& reporter) {
  constexpr std::array<string_view, 6> kColumns = {
      "provider", "id", "version", "field", "value", "name"};
  const auto take = [&](std::span<const string_view> row, uint32_t line) {
    const auto id = ParseUnsigned(row[1]);
    const auto version = ParseUnsigned(row[2]);
    const auto value = ParseUnsigned(row[4]);
    if (!id || !version || !value) {
      reporter.Error({line, 1}, "E024",
                     "id, version and value must be numbers");
      return;
    }
    maps_[MapKey(row[0], *id, *version, row[3])].push_back({*value, row[5]});
  };
  ParseCsv(Keep(text), kColumns, &arena_, reporter, take);
}

void Catalog::AddLogSources(string_view text, const Reporter& reporter) {
  rules::AddLogSources(text, reporter, &log_sources_);
}

std::vector<const ErrorCode*> Catalog::FindCode(string_view key) const {
  std::vector<size_t> found;
  const auto [first, last] = code_index_.equal_range(key);
  for (auto it = first; it != last; ++it) found.push_back(it->second);
  std::sort(found.begin(), found.end());
  std::vector<const ErrorCode*> out;
  out.reserve(found.size());
  for (const size_t index : found) out.push_back(&codes_[index]);
  return out;
}

std::span<const CatalogEvent> Catalog::FindEvent(string_view provider,
                                                 uint32_t id) const {
  const auto found = events_.find(Fold(provider));
  if (found == events_.end()) return {};
  CatalogEvent key;
  key.id = id;
  const auto [first, last] = std::equal_range(
      found->second.begin(), found->second.end(), key, BeforeById);
  return {first, last};
}

string_view Catalog::EventTitle(string_view provider, uint32_t id) const {
  for (const CatalogEvent& event : FindEvent(provider, id)) {
    if (!event.title.empty()) return event.title;
  }
  return {};
}

std::vector<std::string> Catalog::ChannelsOf(
    string_view provider, std::span<const uint64_t> ids) const {
  std::vector<std::string> on;
  std::vector<std::string> off;
  const auto found = events_.find(Fold(provider));
  if (found == events_.end()) return on;
  for (const CatalogEvent& event : found->second) {
    if (event.channel.empty()) continue;
    if (!ids.empty() &&
        std::find(ids.begin(), ids.end(), event.id) == ids.end()) {
      continue;
    }
    (IsOffByDefault(event.channel) ? off : on).emplace_back(event.channel);
  }
  std::vector<std::string>& chosen = on.empty() ? off : on;
  std::sort(chosen.begin(), chosen.end());
  chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
  return std::move(chosen);
}

std::string Catalog::Decode(const Event& event, const Field& field) const {
  const Value& value = field.value;
  std::optional<uint64_t> number;
  std::string text = ToText(value);
  if (value.is_number()) {
    number = CanonicalNumber(value.number);
  } else if (value.type == ValueType::kString) {
    number = CanonicalNumber(value.text);
  }
  if (number) {
    const auto found =
        maps_.find(MapKey(event.provider, event.id, event.version, field.name));
    if (found != maps_.end()) {
      uint64_t rest = *number;
      std::string flags;
      bool bits = true;
      for (const MapEntry& entry : found->second) {
        if (CanonicalNumber(entry.value) == *number) {
          return std::string(entry.name);
        }
        if (entry.value == 0) continue;
        // A map whose values are not single bits is no map of flags.
        bits = bits && std::has_single_bit(entry.value);
        if (bits && (rest & entry.value) != 0) {
          rest &= ~entry.value;
          flags += fmt::format("{}{}", flags.empty() ? "" : " | ", entry.name);
        }
      }
      if (bits && rest == 0 && !flags.empty()) return flags;
    }
  }
  return DecodeCode(field.name, text, number);
}

std::string Catalog::DecodeText(string_view name, string_view text) const {
  return DecodeCode(name, text, CanonicalNumber(text));
}

std::string Catalog::DecodeCode(string_view name, string_view text,
                                std::optional<uint64_t> number) const {
  std::string key;
  const size_t sign_in = text.find("AADSTS");
  if (sign_in != string_view::npos) {
    key = text.substr(sign_in);
  } else if (number && *number <= UINT32_MAX && *number != 0 &&
             (*number >= 0x80000000U || NamesACode(name))) {
    key = FormatCode(static_cast<uint32_t>(*number));
  } else {
    return {};
  }
  for (const CodeKey& candidate : CodeKeys(key)) {
    // Small decimal numbers mean different things in different areas; only the
    // full code, or the Win32 code within it, is safe without its area.
    if (sign_in == string_view::npos && !candidate.key.starts_with("0x")) {
      continue;
    }
    const auto rows = FindCode(candidate.key);
    if (rows.empty()) continue;
    const bool same_symbol = std::all_of(
        rows.begin(), rows.end(),
        [&](const ErrorCode* row) { return row->symbol == rows[0]->symbol; });
    if (!same_symbol) continue;
    return std::string(rows[0]->symbol.empty() ? rows[0]->meaning
                                               : rows[0]->symbol);
  }
  return {};
}

std::vector<Explanation> Catalog::ExplainCode(string_view text) const {
  std::vector<Explanation> out;
  for (const CodeKey& key : CodeKeys(text)) {
    for (const ErrorCode* row : FindCode(key.key)) {
      Explanation entry;
      entry.key = row->code;
      entry.title = row->symbol;
      entry.area = row->area;
      entry.meaning = row->meaning;
      if (!row->advice.empty()) entry.advice.emplace_back(row->advice);
      if (key.derived) entry.details.push_back(key.reason);
      out.push_back(std::move(entry));
    }
  }
  const auto code = ParseCode(text);
  if (!code) return out;
  const string_view family = CodeFamily(*code);
  if (family.empty()) return out;
  if (out.empty() || out[0].key != FormatCode(*code)) {
    Explanation entry;
    entry.key = FormatCode(*code);
    entry.area = family;
    entry.meaning =
        fmt::format("A code of the family {} that is not listed.", family);
    out.insert(out.begin(), std::move(entry));
  } else {
    out[0].details.push_back(fmt::format("family: {}", family));
  }
  return out;
}

}  // namespace espial::rules
