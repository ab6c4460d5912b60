// The head of a line of setup, servicing and DISM logs.
#pragma once

#include <espial/core/time.h>
#include <espial/model/event.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace espial::panther {

// "2025-06-02 17:30:09, Info       [0x0606cc] IBS    message"
struct Head {
  Civil civil;
  std::string_view stamp;  // date and time as written
  EventLevel level = 4;
  std::optional<uint32_t> code;  // in brackets: the number of the message
  std::string_view component;  // column or [brackets]; empty when there is none
  std::string_view message;    // behind all that
};

// Nothing when `line` begins no event: then it goes on the one before.
std::optional<Head> ReadHead(std::string_view line);

// What DISM writes in front of its messages: "DISM Package Manager: PID=6108
// TID=5192 ...".
struct DismHead {
  std::string_view manager;
  uint32_t process_id = 0;
  uint32_t thread_id = 0;
};
std::optional<DismHead> ReadDismHead(std::string_view message);

}  // namespace espial::panther
