// The events of one group within the timespan of a correlation, and what its
// condition looks at. Events come and go one by one, each in time that grows
// with the logarithm of their number: windows of a day hold millions. An empty
// one is small: there are as many as groups.
#pragma once

#include <espial/core/time.h>
#include <espial/rules/sigma_correlator.h>

#include <cstdint>
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

  // Not before what was added last. `key` is of the values that are counted,
  // `number` of those that are summed. The fact must outlive the window.
  void Add(const CorrelationFact& fact, std::string key, long double number);
  void DropBefore(Ticks time);
  void Clear();

  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] size_t size() const { return items_.size() - begin_; }
  // Of a window that is not empty.
  [[nodiscard]] const CorrelationFact& first() const {
    return *items_[begin_].fact;
  }
  [[nodiscard]] const CorrelationFact& last() const {
    return *items_.back().fact;
  }
  [[nodiscard]] long double Value() const;

 private:
  struct Item {
    const CorrelationFact* fact = nullptr;
    const std::string* key = nullptr;  // in keys_
    long double number = 0;
  };

  void Forget(const Item& item);
  void ExtendRuns(const CorrelationFact& fact);
  [[nodiscard]] size_t LongestRun() const;
  void AddNumber(long double number);
  void RemoveNumber(long double number);
  void Balance();

  const CorrelationRule& rule_;
  std::vector<Item> items_;
  size_t begin_ = 0;  // those before it have left
  // Of temporal: how many events each rule has.
  std::map<uint32_t, size_t> rules_;
  // Of value_count.
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
