// Any bytes as a log or as an image, in every export format with everything
// that recovery finds: each line must be what its format says.
#include <espial/core/text.h>
#include <espial/evtx_export.h>

#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

namespace espial::evtx {
namespace {

constexpr ExportFormat kFormats[] = {
    ExportFormat::kJsonl,        ExportFormat::kXml,
    ExportFormat::kRaw,          ExportFormat::kCsv,
    ExportFormat::kEvtxEcmdJson, ExportFormat::kEvtxEcmdCsv,
};

bool IsJson(ExportFormat format) {
  return format == ExportFormat::kJsonl || format == ExportFormat::kRaw ||
         format == ExportFormat::kEvtxEcmdJson;
}

class Checker : public ExportClient {
 public:
  Checker(std::shared_ptr<const Source> log, ExportFormat format)
      : log_(std::move(log)), format_(format) {}

  std::shared_ptr<const Source> NextLog() override {
    return std::exchange(given_, true) ? nullptr : log_;
  }
  bool Rewind() override {
    given_ = false;
    return true;
  }
  bool Wants(const Event& /*event*/) override { return true; }
  bool OnRecord(const Event& /*event*/, std::string_view text) override {
    if (!text.ends_with('\n') || !IsValidUtf8(text)) std::abort();
    text.remove_suffix(1);
    if (text.find('\n') != std::string_view::npos) std::abort();
    if (IsJson(format_) && !nlohmann::json::accept(text)) std::abort();
    return true;
  }
  void OnDamage(const Source& log, const Damage& damage) override {
    if (damage.error.what.empty() || damage.bytes_lost > log.size()) {
      std::abort();
    }
  }
  void OnStats(const Source& /*log*/, const LogStats& /*stats*/) override {}

 private:
  std::shared_ptr<const Source> log_;
  ExportFormat format_;
  bool given_ = false;
};

}  // namespace
}  // namespace espial::evtx

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace espial;
  if (size == 0) return 0;
  // The last byte chooses, so that the seeds stay the logs that they are.
  const uint8_t choice = data[size - 1];
  const auto* first = reinterpret_cast<const std::byte*>(data);
  const auto log = Source::FromBytes(
      "fuzz.evtx", std::vector<std::byte>(first, first + size));
  evtx::ExportJob job;
  job.format = evtx::kFormats[choice % std::size(evtx::kFormats)];
  job.recover = evtx::Recover::kAll;
  job.carve = choice >= 128;
  Executor executor(1);
  evtx::Checker checker(log, job.format);
  evtx::ExportLogs(job, executor, &checker);
  return 0;
}
