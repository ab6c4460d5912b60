// What is known of the terminal, and messages to it.
#pragma once

#include <espial/core/result.h>
#include <espial/report/report.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace espial::cli {

// Whether a file descriptor is a terminal.
bool IsTerminal(int descriptor);

// Whether colour may be sent to `descriptor`: a terminal that knows colours,
// and NO_COLOR is not set to anything.
bool WantsColor(int descriptor);

// Columns to lay text out for: COLUMNS where it is set, else what the terminal
// says, else 80. What is no terminal gets 100.
uint32_t ColumnsOf(int descriptor);

// How to write a report to standard output, or into a file.
report::TextOptions TextOptionsFor(bool to_file, bool verbose);

// "espial: <message>" on standard error; control characters are escaped.
void Complain(std::string_view message);
// An error as a person would say it.
std::string Sentence(const Error& error);

// Shows that something goes on, while it lives; nothing when standard error is
// not a terminal.
class Progress {
 public:
  explicit Progress(std::string_view what);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

 private:
  bool shown_ = false;
};

}  // namespace espial::cli
