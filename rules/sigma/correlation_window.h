// The events of one group within the timespan of a correlation, and what its
// condition looks at. Events come and go one by one, each in time that grows
// with the logarithm of their number: windows of a day hold millions.
#pragma once

#include <espial/core/time.h>
#include <espial/rules/sigma_correlator.h>

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rules/sigma/sigma_document.h"

namespace espial::rules {

class CorrelationWindow {
 public:
  // The rule must outlive it.
  explicit CorrelationWindow(const CorrelationRule& rule);

  struct Item {
    const CorrelationFact* fact = nullptr;  // must outlive the window
    std::string key;                        // of the values that are counted
    long double number = 0;                 // of the values that are summed
  };

  // Not before what was added last.
  void Add(Item item);
  void DropBefore(Ticks time);
  void Clear();

  [[nodiscard]] const std::deque<Item>& items() const { return items_; }
  // Of a window with items.
  [[nodiscard]] long double Value() const;

 private:
  void ExtendRuns(const CorrelationFact& fact);
  [[nodiscard]] size_t LongestRun() const;
  void AddNumber(long double number);
  void RemoveNumber(long double number);
  void Balance();

  const CorrelationRule& rule_;
  std::deque<Item> items_;
  std::map<uint32_t, size_t> rules_;
  std::map<std::string, size_t> keys_;
  long double sum_ = 0;
  // Of temporal_ordered: for every step, the latest beginning of a run that
  // reached it.
  std::vector<std::optional<Ticks>> runs_;
  // Of value_percentile: the numbers up to the rank, and those above.
  std::multiset<long double> lower_;
  std::multiset<long double> upper_;
};

}  // namespace espial::rules
