#include "tests/tools/run.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

namespace espial::cli_test {
namespace {

// One folder a process, so that two runs do not meet.
std::filesystem::path ScratchFolder() {
  return std::filesystem::path(::testing::TempDir()) /
         ("espial_cli_" + std::to_string(getpid()));
}

// Takes the folder away behind the last test.
class ScratchRemover : public ::testing::Environment {
 public:
  void TearDown() override {
    std::error_code ignored;
    std::filesystem::remove_all(ScratchFolder(), ignored);
  }
};
const ::testing::Environment* const kScratchRemover =
    ::testing::AddGlobalTestEnvironment(new ScratchRemover);

// What the child needs, made before fork(): behind it only calls that are safe
// after a fork.
struct Prepared {
  std::vector<std::string> strings;
  std::vector<char*> pointers;

  void Finish() {
    for (std::string& text : strings) pointers.push_back(text.data());
    pointers.push_back(nullptr);
  }
};

int OpenForWriting(const std::string& path) {
  return open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

// The two ends of a new terminal; -1 where that failed.
struct TerminalPair {
  int master = -1;
  int slave = -1;
};

TerminalPair OpenTerminal(unsigned short columns) {
  TerminalPair pair;
  pair.master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (pair.master < 0 || grantpt(pair.master) != 0 ||
      unlockpt(pair.master) != 0) {
    return pair;
  }
  pair.slave = open(ptsname(pair.master), O_RDWR | O_NOCTTY | O_CLOEXEC);
  winsize size{};
  size.ws_col = columns;
  size.ws_row = 25;
  ioctl(pair.slave, TIOCSWINSZ, &size);
  return pair;
}

// Everything until the other end is closed, which a terminal tells as EIO.
std::string ReadAll(int descriptor) {
  std::string text;
  std::array<char, 65536> buffer{};
  for (;;) {
    const ssize_t n = read(descriptor, buffer.data(), buffer.size());
    if (n <= 0) return text;
    text.append(buffer.data(), static_cast<size_t>(n));
  }
}

}  // namespace

RunResult RunProgram(const std::string& program,
                     const std::vector<std::string>& arguments,
                     const RunOptions& options) {
  Prepared argv;
  argv.strings.push_back(program);
  argv.strings.insert(argv.strings.end(), arguments.begin(), arguments.end());
  argv.Finish();
  Prepared environment;
  std::map<std::string, std::string> variables = {
      {"PATH", "/usr/bin:/bin"}, {"LANG", "C.UTF-8"}, {"TZ", "UTC"}};
  for (const char* kept : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"}) {
    if (const char* value = getenv(kept)) variables[kept] = value;
  }
  for (const auto& [name, value] : options.environment) variables[name] = value;
  for (const auto& [name, value] : variables) {
    environment.strings.push_back(name + "=" + value);
  }
  environment.Finish();

  const std::string base = TestFolder();
  const std::string out_path =
      options.stdout_path.empty() ? base + "/.stdout" : options.stdout_path;
  const std::string err_path = base + "/.stderr";
  TerminalPair terminal;
  int out = -1;
  int err = -1;
  if (options.terminal) {
    terminal = OpenTerminal(options.columns);
    out = err = terminal.slave;
  } else {
    err = OpenForWriting(err_path);
    if (options.deaf_reader) {
      std::array<int, 2> ends{-1, -1};
      if (pipe2(ends.data(), O_CLOEXEC) == 0) close(ends[0]);
      out = ends[1];
    } else {
      out = OpenForWriting(out_path);
    }
  }
  RunResult result;
  if (out < 0 || err < 0) return result;

  const pid_t child = fork();
  if (child == 0) {
    const int in = open(options.stdin_path.c_str(), O_RDONLY);
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    if (!options.directory.empty() && chdir(options.directory.c_str()) != 0) {
      _exit(126);
    }
    execve(argv.pointers[0], argv.pointers.data(), environment.pointers.data());
    _exit(127);
  }
  close(out);
  if (err != out) close(err);
  if (options.terminal) {
    result.out = ReadAll(terminal.master);
    close(terminal.master);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) return result;
  result.exit_code =
      WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  if (!options.terminal) {
    result.err = ReadFile(err_path);
    if (!options.deaf_reader && options.stdout_path.empty()) {
      result.out = ReadFile(out_path);
    }
  }
  return result;
}

RunResult Espial(const std::vector<std::string>& arguments,
                 const RunOptions& options) {
  return RunProgram(ESPIAL_BINARY_DIR "/bin/espial", arguments, options);
}

std::string TestFolder() {
  const auto* const test =
      ::testing::UnitTest::GetInstance()->current_test_info();
  std::string name = std::string(test->test_suite_name()) + "." + test->name();
  for (char& c : name) {
    if (c == '/') c = '_';
  }
  const std::filesystem::path folder = ScratchFolder() / name;
  std::filesystem::create_directories(folder);
  return folder.string();
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void WriteFile(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
}

}  // namespace espial::cli_test
