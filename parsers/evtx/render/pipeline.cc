// The pipeline: work is handed out in runs of a few chunks. Each is rendered
// into a buffer of a small pool; whoever holds the run whose turn it is writes
// it, and all behind it that are ready.
#include <espial/evtx_render.h>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "parsers/evtx/render/chunk_renderer.h"
#include "parsers/evtx/render/log_plan.h"

namespace espial::evtx {
namespace {

// Chunks of one run of work. Few, so that the text stays in the cache of the
// processor until it is written.
constexpr size_t kRunChunks = 2;
// Runs that may wait for their turn, beside one a thread.
constexpr size_t kSpareRuns = 2;

struct OpenLog {
  std::shared_ptr<const Source> source;
  LogPlan plan;
};

// A run of chunks, and what became of it.
struct Run {
  uint64_t sequence = 0;
  std::shared_ptr<OpenLog> log;
  size_t first = 0;
  size_t count = 0;
  OutBuffer text;
  std::vector<Damage> damage;
};

class Pipeline {
 public:
  Pipeline(const RenderJob& job, Executor& executor, RenderClient* client)
      : job_(job), executor_(executor), client_(*client) {}

  RenderCounts Go() {
    const size_t threads = std::max<size_t>(executor_.threads(), 1);
    for (size_t i = 0; i < threads + (threads > 1 ? kSpareRuns : 0); ++i) {
      free_.push_back(std::make_unique<Run>());
    }
    executor_.ParallelFor(threads, [&](size_t) { Work(); });
    return counts_;
  }

 private:
  using Lock = std::unique_lock<std::mutex>;

  void Work() {
    ChunkRenderer renderer(job_.style, job_.framing,
                           job_.fast ? &cache_ : nullptr);
    Lock lock(mutex_);
    while (std::unique_ptr<Run> run = Take(&lock)) {
      lock.unlock();
      Render(&renderer, run.get());
      lock.lock();
      ready_.emplace(run->sequence, std::move(run));
      WriteReady(&lock);
    }
    counts_.records += renderer.records();
    counts_.irregular += renderer.irregular();
  }

  // The next run of work; null when there is none.
  std::unique_ptr<Run> Take(Lock* lock) {
    // Whoever has the run whose turn it is never waits, so this ends.
    changed_.wait(*lock, [&] { return !free_.empty() || stopped_; });
    if (stopped_) return nullptr;
    if (!log_ || next_chunk_ >= log_->plan.chunks.size()) {
      if (!OpenNext()) return nullptr;
    }
    std::unique_ptr<Run> run = std::move(free_.back());
    free_.pop_back();
    run->damage = std::move(log_->plan.damage);
    log_->plan.damage.clear();
    run->sequence = next_sequence_++;
    run->log = log_;
    run->first = next_chunk_;
    run->count = std::min(kRunChunks, log_->plan.chunks.size() - next_chunk_);
    next_chunk_ += run->count;
    counts_.chunks += run->count;
    return run;
  }

  bool OpenNext() {
    log_.reset();
    if (finished_) return false;
    std::shared_ptr<const Source> source = client_.NextLog();
    if (!source) {
      finished_ = true;
      return false;
    }
    ++counts_.logs;
    next_chunk_ = 0;
    auto plan = PlanLog(source->bytes(), source->name(), job_.max_depth);
    log_ = std::make_shared<OpenLog>();
    if (plan) {
      log_->plan = std::move(plan).value();
    } else {
      log_->plan.damage.push_back(
          {{}, std::move(plan).error(), source->size(), true});
    }
    log_->source = std::move(source);
    return true;
  }

  void Render(ChunkRenderer* renderer, Run* run) {
    const OpenLog& log = *run->log;
    const std::vector<PlannedChunk>& chunks = log.plan.chunks;
    // The other threads take what follows this run, each its share.
    const size_t others = (executor_.threads() - 1) * kRunChunks;
    run->text.Clear();
    for (size_t i = 0; i < run->count; ++i) {
      const size_t next =
          run->first + i + 1 + (i + 1 == run->count ? others : 0);
      renderer->Render(
          log.source->bytes(), chunks[run->first + i], log.plan.claimed,
          job_.max_depth, &run->text, &run->damage,
          [&](OutBuffer*) { WaitAndWrite(run); },
          next < chunks.size() ? &chunks[next] : nullptr);
    }
  }

  // More text than a buffer should hold: writes it when it is its turn.
  void WaitAndWrite(Run* run) {
    Lock lock(mutex_);
    changed_.wait(lock, [&] {
      return stopped_ || (!writing_ && next_written_ == run->sequence);
    });
    if (!stopped_) {
      writing_ = true;
      lock.unlock();
      WriteOne(run);
      lock.lock();
      writing_ = false;
    }
    run->text.Clear();
  }

  // Writes what stands at the front of what is ready, unless somebody does.
  void WriteReady(Lock* lock) {
    while (!writing_ && !ready_.empty() &&
           ready_.begin()->first == next_written_) {
      std::unique_ptr<Run> run = std::move(ready_.begin()->second);
      ready_.erase(ready_.begin());
      writing_ = true;
      lock->unlock();
      if (!stopped_seen_) WriteOne(run.get());
      run->log.reset();
      lock->lock();
      writing_ = false;
      ++next_written_;
      free_.push_back(std::move(run));
      changed_.notify_all();
    }
  }

  // Only one thread at a time is here: the one that set writing_.
  void WriteOne(Run* run) {
    for (const Damage& damage : run->damage) {
      client_.OnDamage(*run->log->source, damage);
    }
    run->damage.clear();
    if (run->text.size() > 0 && !client_.Write(run->text.text())) {
      stopped_seen_ = true;
      const Lock lock(mutex_);
      stopped_ = true;
      changed_.notify_all();
    }
  }

  const RenderJob& job_;
  Executor& executor_;
  RenderClient& client_;
  ProgramCache cache_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<OpenLog> log_;
  size_t next_chunk_ = 0;
  uint64_t next_sequence_ = 0;
  uint64_t next_written_ = 0;
  std::vector<std::unique_ptr<Run>> free_;
  std::map<uint64_t, std::unique_ptr<Run>> ready_;
  bool writing_ = false;
  bool finished_ = false;
  bool stopped_ = false;
  bool stopped_seen_ = false;  // of whoever writes
  RenderCounts counts_;
};

}  // namespace

RenderCounts RenderLogs(const RenderJob& job, Executor& executor,
                        RenderClient* client) {
  return Pipeline(job, executor, client).Go();
}

}  // namespace espial::evtx
