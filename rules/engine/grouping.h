// Searches of sequences and counts that stay within one value of some fields.
#pragma once

#include <espial/model/case.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rules/engine/document.h"
#include "rules/engine/sequence.h"

namespace espial::rules {

// Where an operand lies in time, by time, source and record.
struct Lane {
  uint32_t operand = 0;
  std::vector<TimePoint> points;
  std::optional<int64_t> within;  // ticks from the step before
};

// Bounds of one search; beyond them it is incomplete, and says so.
inline constexpr size_t kMaxSearchPoints = 4'000'000;
inline constexpr size_t kMaxGroups = 20'000;

// Puts the query of a sequence together step by step, then splits it by group.
// An event without one of the fields belongs to no group; one that must be
// absent may belong to any: to be certain it breaks them all. Marks without an
// event belong to all groups.
class GroupedQuery {
 public:
  // Both must outlive this.
  GroupedQuery(const Case& the_case, const Correlation& correlation,
               Rigor rigor)
      : case_(the_case), correlation_(correlation), rigor_(rigor) {}

  SequenceQuery& base() { return base_; }
  // No chain crosses one of these.
  void SetBoots(const std::vector<TimePoint>& boots) { boots_ = boots; }
  // The next step in order; `until` are the lanes that end every chain.
  void AddPresent(Lane lane, const std::vector<Lane>& until);
  void AddAbsent(Lane lane) { absent_.push_back(std::move(lane)); }
  // No step follows. With `unseen_boots` one that no log shows may have ended
  // the wait behind the last step at any time.
  void Finish(const std::vector<Lane>& until, bool unseen_boots);

  // Makes the queries. False: within the bounds.
  bool Split();
  [[nodiscard]] const std::vector<SequenceQuery>& queries() const {
    return queries_;
  }
  // An event that must be absent lacks a field of the group.
  [[nodiscard]] bool ungrouped() const { return ungrouped_; }

 private:
  // Operands behind the lists of points of `base_`.
  struct StepOperands {
    uint32_t present = 0;
    std::vector<uint32_t> absent;
  };

  bool Fits(size_t points);
  void AddTo(const Lane& lane, std::vector<AbsentStep>* steps,
             std::vector<uint32_t>* operands);
  void MakeGroups(std::map<std::string, SequenceQuery>* groups);
  template <typename Target>
  void Distribute(const std::vector<TimePoint>& points, uint32_t operand,
                  bool absent, std::map<std::string, SequenceQuery>* groups,
                  const Target& target);

  const Case& case_;
  const Correlation& correlation_;
  Rigor rigor_;
  SequenceQuery base_;
  std::vector<StepOperands> operands_;
  std::vector<uint32_t> after_operands_;
  std::vector<Lane> absent_;
  std::vector<TimePoint> boots_;
  std::vector<SequenceQuery> queries_;
  size_t points_ = 0;
  bool overflow_ = false;
  bool ungrouped_ = false;
};

// The points of all lanes, by group; one list where the correlation does not
// group. Each list is in order of time.
std::vector<std::vector<TimePoint>> GroupPoints(const Case& the_case,
                                                const Correlation& correlation,
                                                std::vector<Lane> lanes);

// The values of `fields` at a point, folded, as one text; nothing when one is
// missing or empty. A chain has the fields of its last event, and those that
// this one lacks of its first; a mark without an event has none.
std::optional<std::string> KeyOf(const Case& the_case, const TimePoint& point,
                                 const std::vector<std::string>& fields);

}  // namespace espial::rules
