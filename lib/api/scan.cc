#include <espial/evtx_fields.h>
#include <espial/scan.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "lib/api/log_record.h"

namespace espial {
namespace {

// Chunks of one task: 16 of them are a megabyte.
constexpr size_t kTaskChunks = 16;
constexpr size_t kTasksPerThread = 8;
// What a task holds until it is delivered. Thousands of rules that match every
// record say much more about a megabyte than it has; the rest waits.
constexpr size_t kMostHeld = size_t{16} << 20U;

struct OpenLog {
  std::shared_ptr<const Source> source;
  std::optional<evtx::Log> log;
  std::optional<Error> error;
};

// A reader of a part of a log, with the record at hand and the rules that it
// matched.
struct Reading {
  Reading(const rules::SigmaRules& rules, const OpenLog& log,
          const evtx::FieldNames& names, size_t first, size_t count)
      : reader(*log.log, names), record(rules, &reader) {
    reader.Seek(first, count);
  }

  evtx::FieldReader reader;
  LogRecord record;
  std::vector<uint32_t> found;
  size_t next = 0;  // in `found`
};

struct Task {
  const OpenLog* log = nullptr;
  size_t first = 0;
  size_t count = 0;
  uint64_t number = 0;  // of the log
  // There until all records are read.
  std::unique_ptr<Reading> reading;
  bool done = false;
  size_t bytes = 0;  // of matches and facts, about
  std::vector<std::pair<uint32_t, std::string>> matches;
  std::vector<rules::CorrelationFact> facts;
  std::vector<Damage> damage;
  uint64_t records = 0;
  uint64_t irregular = 0;
};

class Scan {
 public:
  Scan(const rules::SigmaRules& rules, Executor& executor, ScanClient* client)
      : rules_(rules),
        names_(NamesOf(rules)),
        executor_(executor),
        client_(*client),
        correlator_(rules) {}

  ScanCounts Run() {
    while (TakeBatch()) {
      // A large log has many more tasks, whose matches must not pile up.
      const std::span<Task> tasks = tasks_;
      for (size_t at = 0; at < tasks.size(); at += TasksAtOnce()) {
        const auto some =
            tasks.subspan(at, std::min(TasksAtOnce(), tasks.size() - at));
        executor_.ParallelFor(some.size(), [&](size_t i) { Work(&some[i]); });
        for (Task& task : some) {
          if (!Deliver(&task)) return counts_;
        }
      }
    }
    for (const rules::CorrelationMatch& match : correlator_.Finish()) {
      if (!rules_.rules()[match.rule].reports || !client_.Wants(match.rule)) {
        continue;
      }
      ++counts_.matches;
      if (!client_.OnCorrelation(match)) break;
    }
    counts_.dropped = correlator_.dropped();
    return counts_;
  }

 private:
  [[nodiscard]] size_t TasksAtOnce() const {
    return executor_.threads() * kTasksPerThread;
  }

  // Opens logs until there is work for all threads.
  bool TakeBatch() {
    logs_.clear();
    tasks_.clear();
    while (tasks_.size() < TasksAtOnce()) {
      std::shared_ptr<const Source> source = client_.NextLog();
      if (source == nullptr) break;
      ++counts_.logs;
      auto& open = logs_.emplace_back(std::make_unique<OpenLog>());
      open->source = std::move(source);
      auto log = evtx::Log::FromSource(open->source);
      if (!log) {
        open->error = std::move(log).error();
        tasks_.emplace_back().log = open.get();
        continue;
      }
      open->log = std::move(log).value();
      const size_t chunks = open->log->chunk_count();
      size_t first = 0;
      do {
        Task& task = tasks_.emplace_back();
        task.log = open.get();
        task.number = counts_.logs;
        task.first = first;
        task.count = std::min(kTaskChunks, chunks - first);
        first += task.count;
      } while (first < chunks);
    }
    return !tasks_.empty();
  }

  std::unique_ptr<rules::SigmaMatcher> TakeMatcher() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return std::make_unique<rules::SigmaMatcher>(rules_);
    auto matcher = std::move(idle_.back());
    idle_.pop_back();
    return matcher;
  }

  // Goes on until the task is done or holds enough.
  void Work(Task* task) {
    if (!task->log->log) {
      task->done = true;
      return;
    }
    auto matcher = TakeMatcher();
    if (!task->reading) {
      task->reading = std::make_unique<Reading>(rules_, *task->log, names_,
                                                task->first, task->count);
    }
    Reading& reading = *task->reading;
    while (true) {
      while (reading.next < reading.found.size() && task->bytes < kMostHeld) {
        TakeMatch(reading.found[reading.next++], task);
      }
      if (reading.next < reading.found.size()) break;
      const evtx::RecordView* view = reading.reader.Next();
      task->done = view == nullptr;
      if (task->done) break;
      ++task->records;
      reading.next = 0;
      reading.found.clear();
      if (!reading.reader.Read(*view)) continue;
      if (!reading.reader.regular()) ++task->irregular;
      reading.record.Begin();
      const std::span<const uint32_t> found = matcher->Match(reading.record);
      reading.found.assign(found.begin(), found.end());
    }
    if (task->done) {
      task->damage = reading.reader.damage();
      task->reading.reset();
    }
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(matcher));
  }

  void TakeMatch(uint32_t rule, Task* task) {
    const Event& event = task->reading->reader.event();
    if (correlator_.Names(rule) && event.time.known()) {
      rules::CorrelationFact fact = correlator_.Take(rule, event);
      fact.log = task->number;
      task->bytes += sizeof(fact);
      for (const auto& [name, value] : fact.values) {
        task->bytes += name.size() + value.size();
      }
      task->facts.push_back(std::move(fact));
    }
    if (!rules_.rules()[rule].reports || !client_.Wants(rule)) return;
    task->matches.emplace_back(
        rule, client_.Describe(*task->log->source, event, rule));
    task->bytes +=
        sizeof(task->matches.back()) + task->matches.back().second.size();
  }

  // Hands on what the task has found, and goes on with it where that was not
  // all. False when the client wants no more.
  bool Deliver(Task* task) {
    const OpenLog& log = *task->log;
    const Source& source = *log.source;
    if (task->first == 0) {
      if (log.error) {
        client_.OnDamage(source, {{}, *log.error, source.size(), true});
        return true;
      }
      for (const Damage& damage : log.log->damage()) {
        client_.OnDamage(source, damage);
      }
    }
    while (true) {
      counts_.matches += task->matches.size();
      for (rules::CorrelationFact& fact : task->facts) {
        correlator_.Add(std::move(fact));
      }
      for (auto& [rule, match] : task->matches) {
        if (!client_.OnMatch(rule, std::move(match))) return false;
      }
      if (task->done) break;
      task->facts.clear();
      task->matches.clear();
      task->bytes = 0;
      Work(task);
    }
    counts_.records += task->records;
    counts_.irregular += task->irregular;
    for (const Damage& damage : task->damage) client_.OnDamage(source, damage);
    return true;
  }

  const rules::SigmaRules& rules_;
  evtx::FieldNames names_;
  Executor& executor_;
  ScanClient& client_;
  rules::SigmaCorrelator correlator_;
  std::vector<std::unique_ptr<OpenLog>> logs_;
  std::vector<Task> tasks_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<rules::SigmaMatcher>> idle_;
  ScanCounts counts_;
};

}  // namespace

ScanCounts ScanLogs(const rules::SigmaRules& rules, Executor& executor,
                    ScanClient* client) {
  return Scan(rules, executor, client).Run();
}

}  // namespace espial
