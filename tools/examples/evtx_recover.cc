// Prints what the slack of event logs still holds, without loss, and how much
// of it there is: an example of recovery.
//
//   espial_example_evtx_recover System.evtx
#include <espial/evtx_export.h>

#include <cstdio>
#include <memory>
#include <string_view>
#include <vector>

namespace {

class Printer : public espial::evtx::ExportClient {
 public:
  explicit Printer(std::vector<std::shared_ptr<const espial::Source>> logs)
      : logs_(std::move(logs)) {}

  std::shared_ptr<const espial::Source> NextLog() override {
    return next_ < logs_.size() ? logs_[next_++] : nullptr;
  }
  bool Rewind() override {
    next_ = 0;
    return true;
  }
  bool Wants(const espial::Event& event) override {
    return event.state == espial::RecordState::kRecovered;
  }
  bool OnRecord(const espial::Event& /*event*/,
                std::string_view text) override {
    return std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  }
  void OnDamage(const espial::Source& log,
                const espial::Damage& damage) override {
    std::fprintf(stderr, "%s: %s\n", log.provenance().c_str(),
                 damage.error.ToString().c_str());
  }
  void OnStats(const espial::Source& log,
               const espial::evtx::LogStats& stats) override {
    std::fprintf(stderr, "%s: %llu records recovered\n",
                 log.provenance().c_str(),
                 static_cast<unsigned long long>(stats.records.recovered()));
  }

 private:
  std::vector<std::shared_ptr<const espial::Source>> logs_;
  size_t next_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::shared_ptr<const espial::Source>> logs;
  for (int i = 1; i < argc; ++i) {
    auto log = espial::Source::OpenFile(argv[i], argv[i]);
    if (!log) {
      std::fprintf(stderr, "%s\n", log.error().ToString().c_str());
      return 1;
    }
    logs.push_back(std::move(log).value());
  }
  espial::Executor executor(1);
  espial::evtx::ExportJob job;
  job.format = espial::evtx::ExportFormat::kRaw;
  job.recover = espial::evtx::Recover::kAll;
  Printer printer(std::move(logs));
  espial::evtx::ExportLogs(job, executor, &printer);
  return argc > 1 ? 0 : 1;
}
