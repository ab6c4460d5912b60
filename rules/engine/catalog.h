// The catalogue: error codes, event titles, names of values, services.
#pragma once

#include <espial/core/arena.h>
#include <espial/model/event.h>
#include <espial/rules/ruleset.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rules/engine/diagnostics.h"
#include "rules/engine/log_sources.h"

namespace espial::rules {

struct ErrorCode {
  std::string_view code;
  std::string_view symbol;
  std::string_view area;
  std::string_view meaning;
  std::string_view advice;
};

struct CatalogEvent {
  std::string_view provider;
  std::string_view channel;
  uint32_t id = 0;
  uint32_t version = 0;
  std::string_view level;
  std::string_view fields;  // "Name:Type;Name:Type"
  std::string_view title;
};

// Filled once by the Add functions, then const; owns its text.
class Catalog {
 public:
  Catalog() = default;
  Catalog(Catalog&&) noexcept = default;
  Catalog& operator=(Catalog&&) noexcept = default;

  // Each takes a whole file and reports what is wrong with it.
  void AddErrorCodes(std::string_view text, const Reporter& reporter);
  void AddEvents(std::string_view text, const Reporter& reporter);
  void AddMaps(std::string_view text, const Reporter& reporter);
  void AddLogSources(std::string_view text, const Reporter& reporter);

  [[nodiscard]] const Services& services() const {
    return log_sources_.services;
  }

  // Rows of that key ("0x801c03f2", "1603", "AADSTS50034").
  [[nodiscard]] std::vector<const ErrorCode*> FindCode(
      std::string_view key) const;
  // Rows of that provider (case folded) and id, any channel and version, in
  // the order of the file. Valid as long as the catalogue.
  [[nodiscard]] std::span<const CatalogEvent> FindEvent(
      std::string_view provider, uint32_t id) const;
  [[nodiscard]] std::string_view EventTitle(std::string_view provider,
                                            uint32_t id) const;
  // Channels that the provider writes to, folded and sorted; only those of
  // `ids` when it is not empty. Analytic and debug channels, which are off
  // unless somebody switches them on, count only where there is no other.
  [[nodiscard]] std::vector<std::string> ChannelsOf(
      std::string_view provider, std::span<const uint64_t> ids) const;

  // What a value of an event field stands for: its name in a map, or the
  // symbol or meaning of an error code; empty when nothing is known.
  [[nodiscard]] std::string Decode(const Event& event,
                                   const Field& field) const;
  // The same for a value without an event: error codes only.
  [[nodiscard]] std::string DecodeText(std::string_view name,
                                       std::string_view text) const;
  // What the error codes say of `text`, itself first.
  [[nodiscard]] std::vector<Explanation> ExplainCode(
      std::string_view text) const;

 private:
  struct MapEntry {
    uint64_t value;
    std::string_view name;
  };

  std::string_view Keep(std::string_view text) { return arena_.Copy(text); }
  [[nodiscard]] std::string DecodeCode(std::string_view name,
                                       std::string_view text,
                                       std::optional<uint64_t> number) const;

  Arena arena_;
  LogSources log_sources_;
  std::vector<ErrorCode> codes_;
  std::unordered_multimap<std::string_view, size_t> code_index_;
  // By folded provider; those of one sorted by id.
  std::unordered_map<std::string, std::vector<CatalogEvent>> events_;
  // "folded provider\nid\nversion\nfolded field".
  std::unordered_map<std::string, std::vector<MapEntry>> maps_;
};

}  // namespace espial::rules
