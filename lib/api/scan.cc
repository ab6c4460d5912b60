#include <espial/evtx_fields.h>
#include <espial/scan.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "lib/api/log_record.h"

namespace espial {
namespace {

// Chunks of one task: 16 of them are a megabyte.
constexpr size_t kTaskChunks = 16;
constexpr size_t kTasksPerThread = 8;

struct OpenLog {
  std::shared_ptr<const Source> source;
  std::optional<evtx::Log> log;
  std::optional<Error> error;
};

struct Task {
  const OpenLog* log = nullptr;
  size_t first = 0;
  size_t count = 0;
  uint64_t number = 0;  // of the log
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
      executor_.ParallelFor(tasks_.size(), [&](size_t i) { Work(&tasks_[i]); });
      if (!Deliver()) return counts_;
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
  // Opens logs until there is work for all threads.
  bool TakeBatch() {
    logs_.clear();
    tasks_.clear();
    const size_t wanted = executor_.threads() * kTasksPerThread;
    while (tasks_.size() < wanted) {
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

  void Work(Task* task) {
    if (!task->log->log) return;
    auto matcher = TakeMatcher();
    evtx::FieldReader reader(*task->log->log, names_);
    reader.Seek(task->first, task->count);
    LogRecord record(rules_, &reader);
    while (const evtx::RecordView* view = reader.Next()) {
      ++task->records;
      if (!reader.Read(*view)) continue;
      if (!reader.regular()) ++task->irregular;
      record.Begin();
      const std::span<const uint32_t> found = matcher->Match(record);
      if (found.empty()) continue;
      const Event& event = reader.event();
      for (const uint32_t rule : found) {
        if (correlator_.Names(rule) && event.time.known()) {
          task->facts.push_back(correlator_.Take(rule, event));
          task->facts.back().log = task->number;
        }
        if (!rules_.rules()[rule].reports || !client_.Wants(rule)) continue;
        task->matches.emplace_back(
            rule, client_.Describe(*task->log->source, event, rule));
      }
    }
    task->damage = reader.damage();
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(matcher));
  }

  bool Deliver() {
    const OpenLog* before = nullptr;
    for (Task& task : tasks_) {
      counts_.records += task.records;
      counts_.irregular += task.irregular;
      counts_.matches += task.matches.size();
      const Source& source = *task.log->source;
      if (task.log != before) {
        before = task.log;
        if (task.log->error) {
          client_.OnDamage(source, {{}, *task.log->error, source.size(), true});
          continue;
        }
        for (const Damage& damage : task.log->log->damage()) {
          client_.OnDamage(source, damage);
        }
      }
      for (rules::CorrelationFact& fact : task.facts) {
        correlator_.Add(std::move(fact));
      }
      for (const Damage& damage : task.damage) client_.OnDamage(source, damage);
      for (auto& [rule, match] : task.matches) {
        if (!client_.OnMatch(rule, std::move(match))) return false;
      }
    }
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
