// Between the readers of event logs and standard output.
#pragma once

#include <espial/core/result.h>
#include <espial/core/source.h>
#include <espial/evtx_export.h>
#include <espial/evtx_render.h>
#include <espial/model/damage.h>
#include <espial/report/redact.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/espial/descriptor_writer.h"
#include "tools/espial/event_filter.h"
#include "tools/espial/log_files.h"

namespace espial::cli {

// The statistics of one log, and its provenance.
using NamedStats = std::pair<std::string, evtx::LogStats>;

// Records to standard output, trouble to standard error.
class LogOutput {
 public:
  // Unless `verbose`, only the first lines of damage of a log are shown; none
  // when `silent`.
  // `redactor` may be null; it must outlive the output.
  LogOutput(bool verbose, bool silent, const report::Redactor* redactor)
      : verbose_(verbose), silent_(silent), redactor_(redactor) {}

  // False when there is no use in writing more.
  bool Write(std::string_view text) { return writer_.Write(text); }
  void OnDamage(const Source& log, const Damage& damage);
  // Says how many lines of damage were kept back.
  void Flush();
  // A line of JSON a log, and one for all together.
  void PrintStats(const std::vector<NamedStats>& stats) const;
  // To standard error, redacted where that was asked for.
  void Tell(std::string_view message) const;

  [[nodiscard]] const Status& status() const { return writer_.status(); }

 private:
  DescriptorWriter writer_;
  bool verbose_;
  bool silent_;
  const report::Redactor* redactor_;
  std::string damaged_log_;
  size_t lines_ = 0;
};

// All records of all logs.
class RenderClient : public evtx::RenderClient {
 public:
  // Both must outlive the client.
  RenderClient(LogFiles* files, LogOutput* output)
      : files_(*files), output_(*output) {}

  std::shared_ptr<const Source> NextLog() override { return files_.Next(); }
  bool Write(std::string_view text) override { return output_.Write(text); }
  void OnDamage(const Source& log, const Damage& damage) override {
    output_.OnDamage(log, damage);
  }

 private:
  LogFiles& files_;
  LogOutput& output_;
};

// Wants no record, and learns from all of them what is secret.
class LearnClient : public evtx::ExportClient {
 public:
  // Both must outlive the client.
  LearnClient(LogFiles* files, report::Redactor* redactor)
      : files_(*files), redactor_(*redactor) {}

  std::shared_ptr<const Source> NextLog() override {
    std::shared_ptr<const Source> log = files_.Next();
    if (log != nullptr) redactor_.LearnProvenance(log->provenance());
    return log;
  }
  bool Rewind() override { return files_.Rewind(); }
  bool Wants(const Event& event) override {
    redactor_.LearnEvent(event);
    return false;
  }
  bool OnRecord(const Event& /*event*/, std::string_view /*text*/) override {
    return true;
  }
  void OnDamage(const Source& /*log*/, const Damage& /*damage*/) override {}
  void OnStats(const Source& /*log*/,
               const evtx::LogStats& /*stats*/) override {}

 private:
  LogFiles& files_;
  report::Redactor& redactor_;
};

// What the text of a record is made of.
enum class RecordSyntax : uint8_t { kJson, kXml, kPlain };

// Those that a filter chooses, in the order of the logs or of time.
class ExportClient : public evtx::ExportClient {
 public:
  // All must outlive the client.
  ExportClient(LogFiles* files, LogOutput* output, const EventFilter& filter,
               bool sort)
      : files_(*files), output_(*output), filter_(filter), sort_(sort) {}

  // Before the first record. `redactor` must outlive the client.
  void RedactWith(const report::Redactor& redactor, RecordSyntax syntax) {
    redactor_ = &redactor;
    syntax_ = syntax;
  }

  std::shared_ptr<const Source> NextLog() override { return files_.Next(); }
  bool Rewind() override { return files_.Rewind(); }
  bool Wants(const Event& event) override { return filter_.Matches(event); }
  bool OnRecord(const Event& event, std::string_view text) override;
  void OnDamage(const Source& log, const Damage& damage) override {
    output_.OnDamage(log, damage);
  }
  void OnStats(const Source& log, const evtx::LogStats& stats) override {
    stats_.emplace_back(log.provenance(), stats);
  }

  // Writes what is still held.
  void Finish();
  [[nodiscard]] const std::vector<NamedStats>& stats() const { return stats_; }

 private:
  [[nodiscard]] std::string Redacted(std::string_view text) const;

  struct Held {
    Ticks time;
    size_t offset;  // in text_
    size_t size;
  };

  LogFiles& files_;
  LogOutput& output_;
  const EventFilter& filter_;
  bool sort_;
  const report::Redactor* redactor_ = nullptr;
  RecordSyntax syntax_ = RecordSyntax::kPlain;
  // Records that were not written yet, one after another.
  std::string text_;
  std::vector<Held> held_;
  std::vector<NamedStats> stats_;
};

}  // namespace espial::cli
