// The rules that records of one channel, provider and id may match, and how to
// tell which of them are worth a look.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rules/sigma/literal_index.h"
#include "rules/sigma/rule_table.h"
#include "rules/sigma/witness.h"

namespace espial::rules {

// Looks up texts without making a string.
struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>()(text);
  }
};
template <typename T>
using TextMap = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

// What to look for in one field. Candidates are places in Route::entries, and
// runs of them in Route::places.
struct FieldIndex {
  struct Run {
    uint32_t first = 0;
    uint32_t count = 0;
  };
  uint32_t field = 0;
  bool keywords = false;  // all fields instead of one
  Run presence;
  std::unordered_map<std::string_view, Run> exact;  // folded
  std::unordered_map<uint64_t, Run> numbers;
  std::unique_ptr<const LiteralIndex> texts;  // null: none
  std::vector<Run> text_entries;              // by text
};

struct Route {
  std::vector<uint32_t> entries;  // of the table, ascending
  std::vector<Tri> known;         // by origin: what all these records share
  std::vector<uint64_t> always;   // bits: candidates without a witness
  std::vector<FieldIndex> fields;
  std::vector<uint32_t> places;
  size_t most_texts = 0;  // of one field

  [[nodiscard]] std::span<const uint32_t> PlacesOf(FieldIndex::Run run) const {
    return {places.data() + run.first, run.count};
  }
};

// Makes routes when records ask for them, and keeps them. Thread-safe.
class RouteMap {
 public:
  // The table must outlive the map, and the map the use of its routes.
  explicit RouteMap(const RuleTable& table);

  std::shared_ptr<const Route> Find(std::string_view channel,
                                    std::string_view provider,
                                    uint32_t id) const;

 private:
  [[nodiscard]] std::shared_ptr<const Route> Make(std::string_view channel,
                                                  std::string_view provider,
                                                  uint32_t id) const;
  void ForgetIfFull() const;

  const RuleTable& table_;
  TextMap<std::vector<uint32_t>> by_channel_;  // folded
  std::vector<uint32_t> any_channel_;
  mutable std::mutex mutex_;  // of what follows
  mutable WitnessFinder witnesses_;
  mutable TextMap<std::shared_ptr<const Route>> routes_;
  // Origins that no comparison tells apart share their route: by the entries
  // and what is known of them.
  mutable TextMap<std::shared_ptr<const Route>> distinct_;
  mutable size_t kept_ = 0;  // entries of all distinct routes
};

}  // namespace espial::rules
