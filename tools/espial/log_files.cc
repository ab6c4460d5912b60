#include "tools/espial/log_files.h"

#include <espial/core/executor.h>
#include <espial/core/limits.h>
#include <espial/core/text.h>
#include <espial/model/sink.h>
#include <espial/parsers/parser.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <iterator>
#include <system_error>
#include <utility>

namespace espial::cli {
namespace {

namespace fs = std::filesystem;

// Takes the members of a container and nothing else.
class MemberSink : public Sink {
 public:
  void OnChild(Child child) override {
    if (child.source != nullptr) members.push_back(std::move(child.source));
  }
  void OnEvent(const Event& /*event*/) override {}
  void OnFact(const Fact& /*fact*/) override {}
  void OnDamage(Damage damage) override {
    damages.push_back(std::move(damage));
  }
  void OnCoverage(Coverage /*coverage*/) override {}
  void OnNote(std::string /*note*/) override {}

  std::vector<std::shared_ptr<const Source>> members;
  std::vector<Damage> damages;
};

Result<std::shared_ptr<const Source>> ReadStandardInput() {
  std::vector<std::byte> bytes;
  size_t size = 0;
  for (;;) {
    if (bytes.size() - size < 65536) bytes.resize(bytes.size() * 2 + 65536);
    const ssize_t got =
        read(STDIN_FILENO, bytes.data() + size, bytes.size() - size);
    if (got == 0) break;
    if (got > 0) {
      size += static_cast<size_t>(got);
    } else if (errno != EINTR) {
      return Error{Errc::kIo, "standard input", 0,
                   "cannot read: " + std::generic_category().message(errno)};
    }
  }
  bytes.resize(size);
  return Source::FromBytes("standard input", std::move(bytes));
}

}  // namespace

Result<LogFiles> LogFiles::Find(const std::vector<std::string>& paths,
                                bool as_images) {
  LogFiles files;
  files.as_images_ = as_images;
  for (const std::string& path : paths) {
    std::error_code error;
    if (path == "-" || !fs::is_directory(path, error)) {
      if (path != "-" && !fs::exists(path, error)) {
        return Error{Errc::kNotFound, path, 0, "no such file or folder"};
      }
      files.waiting_.push_back({path, nullptr, 0});
      continue;
    }
    std::vector<std::string> found;
    fs::recursive_directory_iterator it(
        path, fs::directory_options::skip_permission_denied, error);
    for (const fs::recursive_directory_iterator end; !error && it != end;
         it.increment(error)) {
      std::error_code ignored;
      if ((as_images || EndsWithFold(it->path().string(), ".evtx")) &&
          it->is_regular_file(ignored)) {
        found.push_back(it->path().string());
      }
    }
    if (error) {
      files.troubles_.push_back(path + ": cannot list: " + error.message());
    }
    std::sort(found.begin(), found.end());
    for (std::string& file : found) {
      files.waiting_.push_back({std::move(file), nullptr, 0});
    }
  }
  files.all_ = files.waiting_;
  return files;
}

bool LogFiles::Rewind() {
  if (!keep_standard_input_ &&
      std::any_of(all_.begin(), all_.end(),
                  [](const Waiting& one) { return one.path == "-"; })) {
    return false;
  }
  waiting_ = all_;
  troubles_.clear();
  opened_ = 0;
  return true;
}

std::shared_ptr<const Source> LogFiles::Next() {
  while (!waiting_.empty()) {
    const Waiting next = std::move(waiting_.front());
    waiting_.pop_front();
    std::shared_ptr<const Source> source =
        next.source != nullptr ? next.source : Open(next.path);
    if (source == nullptr) continue;
    if (!as_images_ && Unpack(source, next.depth)) continue;
    ++opened_;
    return source;
  }
  return nullptr;
}

std::shared_ptr<const Source> LogFiles::Open(const std::string& path) {
  const bool is_standard = path == "-";
  if (is_standard && standard_input_ != nullptr) return standard_input_;
  auto source =
      is_standard ? ReadStandardInput() : Source::OpenFile(path, path);
  if (source) {
    if (is_standard && keep_standard_input_) standard_input_ = *source;
    return std::move(source).value();
  }
  troubles_.push_back(source.error().ToString());
  return nullptr;
}

bool LogFiles::Unpack(const std::shared_ptr<const Source>& source,
                      uint32_t depth) {
  // Most of what comes here is a log: the first bytes say so.
  if (AsChars(source->bytes()).starts_with("ElfFile")) return false;
  const Parser* parser = FindParser(source->bytes());
  if (parser == nullptr || !parser->container) return false;
  const Limits limits;
  if (depth >= limits.nesting) {
    troubles_.push_back(source->provenance() + ": nested too deeply");
    return true;
  }
  Budget budget(limits);
  Executor executor(1);
  MemberSink sink;
  const Status status =
      parser->parse(*source, {limits, budget, executor, {}}, sink);
  if (!status) {
    troubles_.push_back(source->provenance() + ": " +
                        status.error().ToString());
  }
  for (const Damage& damage : sink.damages) {
    troubles_.push_back(source->provenance() + ": " + damage.error.ToString());
  }
  std::vector<Waiting> logs;
  for (std::shared_ptr<const Source>& member : sink.members) {
    const Parser* inner = FindParser(member->bytes());
    if (inner == nullptr || !(inner->container || inner->name == "evtx")) {
      continue;
    }
    std::string name = member->provenance();
    logs.push_back({std::move(name), std::move(member), depth + 1});
  }
  waiting_.insert(waiting_.begin(), std::make_move_iterator(logs.begin()),
                  std::make_move_iterator(logs.end()));
  return true;
}

}  // namespace espial::cli
