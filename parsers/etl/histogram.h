// How much each provider wrote into a trace, and when.
#pragma once

#include <espial/core/bytes.h>
#include <espial/core/time.h>
#include <espial/model/sink.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace espial::etl {

// Counts records by a name ("provider {guid}"). Not thread-safe.
class Histogram {
 public:
  // `offset` is where the record stands. An unknown time counts too.
  void Add(const std::string& name, const Time& time, uint64_t offset);
  // Puts a fact for each name into the sink: number is the count, data the
  // first and the last time as "T..T", both at the first record.
  void Emit(Sink& sink) const;

 private:
  struct Entry {
    uint64_t count = 0;
    uint64_t offset = 0;
    Ticks first;
    Ticks last;
    bool timed = false;
  };
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace espial::etl
