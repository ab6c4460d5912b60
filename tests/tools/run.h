// Runs a program as a user would, and catches what comes back.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace espial::cli_test {

struct RunOptions {
  // Added to a small, fixed environment (PATH, LANG, TZ).
  std::map<std::string, std::string> environment;
  // Where the program starts; empty: where the test runs.
  std::string directory;
  // Standard output and error are a terminal of this many columns.
  bool terminal = false;
  unsigned short columns = 0;
  // Standard output is a pipe that nobody reads.
  bool deaf_reader = false;
  // What standard input reads.
  std::string stdin_path = "/dev/null";
  // Standard output goes to this file instead of RunResult::out.
  std::string stdout_path;
};

struct RunResult {
  // 128 + the signal when a signal ended it, -1 when it could not start.
  int exit_code = -1;
  std::string out;  // of a terminal: standard error as well
  std::string err;
};

RunResult RunProgram(const std::string& program,
                     const std::vector<std::string>& arguments,
                     const RunOptions& options = {});

// Runs bin/espial of the build.
RunResult Espial(const std::vector<std::string>& arguments,
                 const RunOptions& options = {});

// A folder of its own for the running test, empty at first.
std::string TestFolder();
std::string ReadFile(const std::string& path);
void WriteFile(const std::string& path, const std::string& text);

}  // namespace espial::cli_test
