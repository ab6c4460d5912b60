#include <espial/evtx_export.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "parsers/evtx/export/record_formats.h"
#include "parsers/evtx/export/record_reader.h"
#include "parsers/evtx/layout.h"
#include "parsers/evtx/recover/carve.h"
#include "parsers/evtx/recover/log_scan.h"
#include "parsers/evtx/render/plain_renderer.h"

namespace espial::evtx {
namespace {

bool IsMarkup(ExportFormat format) {
  return format == ExportFormat::kJsonl || format == ExportFormat::kJson ||
         format == ExportFormat::kXml;
}

Style StyleOf(const ExportJob& job) {
  Style style = job.style;
  style.markup =
      job.format == ExportFormat::kXml ? Markup::kXml : Markup::kJson;
  return style;
}

// Turns records into text.
class RecordWriter {
 public:
  explicit RecordWriter(const ExportJob& job)
      : job_(job), plain_(StyleOf(job)) {}

  // Appends the text of one record, line feed included.
  Status Write(const FoundRecord& record, const Source& log, std::string* out) {
    BeginChunk(record);
    if (IsMarkup(job_.format)) {
      if (job_.format == ExportFormat::kJson) {
        out->append("Record ").append(std::to_string(record.span.id));
        out->push_back('\n');
      }
      const RecordSpan& span = record.walk_span;
      ESPIAL_TRY(plain_.Render({span.offset + uint32_t{kRecordHeaderSize},
                                span.offset + span.size - 4},
                               out));
      out->push_back('\n');
      return {};
    }
    ESPIAL_TRY(reader_.Read(record.walk_span));
    const ExportedRecord exported = {
        record.event,
        reader_.tree(),
        record.span.id,
        record.span.file_time,
        record.chunk_offset < kFileHeaderSize
            ? 0
            : (record.chunk_offset - kFileHeaderSize) / kChunkSize,
        ConfidenceName(record.confidence),
        log.provenance(),
        record.span.region == Region::kHidden,
        job_.style.codepage};
    switch (job_.format) {
      case ExportFormat::kRaw:
        AppendRawJson(exported, out);
        break;
      case ExportFormat::kCsv:
        AppendCsv(exported, out);
        break;
      case ExportFormat::kEvtxEcmdJson:
        AppendEvtxEcmdJson(exported, out);
        break;
      default:
        AppendEvtxEcmdCsv(exported, out);
        break;
    }
    return {};
  }

  // To be called where bytes that were walked may have gone.
  void Forget() { walked_ = {}; }

 private:
  void BeginChunk(const FoundRecord& record) {
    // Records of one chunk share their templates. Bytes that recovery put
    // together stand at the same place for one chunk after another.
    const bool in_place = record.event.state != RecordState::kRecovered &&
                          record.confidence == Confidence::kCertain;
    if (in_place && record.walk.data() == walked_.data() &&
        record.walk.size() == walked_.size()) {
      return;
    }
    walked_ = in_place ? record.walk : Bytes();
    if (IsMarkup(job_.format)) {
      plain_.BeginChunk(record.walk, record.chunk_offset, job_.max_depth);
    } else {
      reader_.BeginChunk(record.walk, record.chunk_offset, job_.max_depth);
    }
  }

  const ExportJob& job_;
  PlainRenderer plain_;
  RecordReader reader_;
  Bytes walked_;
};

class Export : public ScanSink {
 public:
  Export(const ExportJob& job, Executor& executor, ExportClient* client)
      : job_(job), executor_(executor), client_(*client), writer_(job) {}

  void Run() {
    if (job_.recover == Recover::kAll && !job_.carve) LearnTemplates();
    while (!stopped_) {
      log_ = client_.NextLog();
      if (log_ == nullptr) break;
      writer_.Forget();
      client_.OnStats(*log_, Scan());
    }
  }

  void OnRecord(const FoundRecord& record) override {
    if (stopped_) return;
    Event event = record.event;
    event.corrected = event.time.ticks;
    if (!client_.Wants(event)) return;
    text_.clear();
    if (Status status = writer_.Write(record, *log_, &text_); !status) {
      Error error = std::move(status).error();
      error.detail +=
          "; record " + std::to_string(record.span.id) + " not printed";
      client_.OnDamage(*log_, {{}, std::move(error), record.span.size, true});
      return;
    }
    stopped_ = !client_.OnRecord(event, text_);
  }

  void OnDamage(Damage damage) override { client_.OnDamage(*log_, damage); }

 private:
  LogStats Scan() {
    if (job_.carve) {
      CarveOptions options;
      options.max_depth = job_.max_depth;
      options.codepage = job_.style.codepage;
      return Carve(log_->bytes(), options, executor_, this);
    }
    ScanOptions options;
    options.recover = job_.recover;
    options.max_depth = job_.max_depth;
    options.codepage = job_.style.codepage;
    options.library = job_.recover == Recover::kAll ? &library_ : nullptr;
    Result<LogStats> stats =
        ScanLog(log_->bytes(), log_->name(), options, executor_, this);
    if (stats) return std::move(stats).value();
    const Damage damage = {{}, std::move(stats).error(), log_->size(), true};
    LogStats nothing;
    nothing.bytes = log_->size();
    nothing.AddDamage(damage);
    client_.OnDamage(*log_, damage);
    return nothing;
  }

  // The order of the logs must not decide which templates are known.
  void LearnTemplates() {
    if (!client_.Rewind()) return;
    while (const std::shared_ptr<const Source> log = client_.NextLog()) {
      AddTemplates(log->bytes(), job_.max_depth, executor_, &library_);
    }
    client_.Rewind();
  }

  const ExportJob& job_;
  Executor& executor_;
  ExportClient& client_;
  RecordWriter writer_;
  TemplateLibrary library_;
  std::shared_ptr<const Source> log_;
  std::string text_;
  bool stopped_ = false;
};

}  // namespace

std::string_view ExportHeader(ExportFormat format) {
  switch (format) {
    case ExportFormat::kXml:
      return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Events>\n";
    case ExportFormat::kCsv:
      return CsvHeader();
    case ExportFormat::kEvtxEcmdCsv:
      return EvtxEcmdCsvHeader();
    default:
      return {};
  }
}

std::string_view ExportFooter(ExportFormat format) {
  return format == ExportFormat::kXml ? "</Events>\n" : std::string_view();
}

void ExportLogs(const ExportJob& job, Executor& executor,
                ExportClient* client) {
  Export(job, executor, client).Run();
}

}  // namespace espial::evtx
