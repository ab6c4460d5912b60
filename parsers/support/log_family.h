// What logs are called, and from when to when they speak.
#pragma once

#include <espial/model/event.h>
#include <espial/model/sink.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace espial {

// The family that a log belongs to, by its file name: without extension, and
// without the stamp that rotation puts behind it.
//   "IntuneManagementExtension-20250908-045316.log" ->
//   IntuneManagementExtension "appworkload.log" -> AppWorkload
//   "CbsPersist_20250908045316.log"                 -> CBS
// Collectors change the case of names; known families get theirs back.
std::string LogFamily(std::string_view file_name);

// Gathers the coverage of one log from its events, in any order of time.
class LogSpan {
 public:
  void Add(const Event& event);
  // Puts the coverage of `channel` into `sink`; nothing without events.
  void Emit(std::string_view channel, Sink& sink) const;

 private:
  uint64_t events_ = 0;
  bool timed_ = false;
  Ticks first_;
  Ticks last_;
  uint64_t first_record_ = 0;
  uint64_t last_record_ = 0;
};

}  // namespace espial
