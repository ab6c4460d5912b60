// espial evtx: the records of event logs, in the formats that tools read.
#include <espial/core/codepage.h>
#include <espial/core/limits.h>
#include <espial/espial.h>
#include <espial/evtx_export.h>
#include <espial/evtx_render.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "tools/espial/command.h"
#include "tools/espial/evtx_clients.h"
#include "tools/espial/filter_options.h"
#include "tools/espial/log_files.h"
#include "tools/espial/redact_options.h"
#include "tools/espial/terminal.h"

namespace espial::cli {
namespace {

constexpr uint32_t kMaxThreads = 256;
// What Windows of the west writes, and what is read without a table.
constexpr uint32_t kAnsiCodepage = 1252;

struct FormatName {
  std::string_view name;
  evtx::ExportFormat format;
};
constexpr std::array<FormatName, 7> kFormats = {{
    {"jsonl", evtx::ExportFormat::kJsonl},
    {"json", evtx::ExportFormat::kJson},
    {"xml", evtx::ExportFormat::kXml},
    {"raw", evtx::ExportFormat::kRaw},
    {"csv", evtx::ExportFormat::kCsv},
    {"evtxecmd-json", evtx::ExportFormat::kEvtxEcmdJson},
    {"evtxecmd-csv", evtx::ExportFormat::kEvtxEcmdCsv},
}};

struct EvtxOptions {
  std::vector<std::string> paths;
  std::string format = "jsonl";
  bool separate_attributes = false;
  std::string compat;
  EventFilterOptions filter;
  std::string sort;
  std::string recover = "live";
  uint32_t codepage = kAnsiCodepage;
  bool carve = false;
  std::string stats;
  uint32_t threads = 0;
  bool verbose = false;
  RedactOptions redact;
};

evtx::ExportFormat FormatOf(std::string_view name) {
  const auto* found =
      std::find_if(kFormats.begin(), kFormats.end(),
                   [&](const FormatName& one) { return one.name == name; });
  return found->format;
}

// What a run of the command has at hand.
struct Session {
  const EvtxOptions& options;
  const EventFilter& filter;
  LogFiles& files;
  Executor& executor;
  // Of ANSI strings; null is windows-1252.
  const Codepage* codepage = nullptr;
  // Null when nothing is to be redacted.
  report::Redactor* redactor = nullptr;
};

evtx::Style StyleOf(const Session& session) {
  const EvtxOptions& options = session.options;
  evtx::Style style;
  style.markup =
      options.format == "xml" ? evtx::Markup::kXml : evtx::Markup::kJson;
  style.separate_attributes = options.separate_attributes;
  style.microseconds = options.compat == "evtx_dump";
  style.codepage = session.codepage;
  return style;
}

// Whether all records are wanted, in their order, as JSON or XML: what
// RenderLogs is for.
bool WantsAll(const Session& session) {
  const EvtxOptions& options = session.options;
  return session.filter.accepts_all() && options.sort.empty() &&
         session.redactor == nullptr && options.recover == "live" &&
         !options.carve && options.stats.empty() &&
         (options.format == "jsonl" || options.format == "json" ||
          options.format == "xml");
}

void RenderAll(const Session& session, LogOutput* output) {
  evtx::RenderJob job;
  job.style = StyleOf(session);
  job.framing = session.options.format == "json" ? evtx::Framing::kNumbered
                                                 : evtx::Framing::kLine;
  job.max_depth = Limits().binxml_depth;
  RenderClient client(&session.files, output);
  evtx::RenderLogs(job, session.executor, &client);
}

RecordSyntax SyntaxOf(std::string_view format) {
  if (format == "xml") return RecordSyntax::kXml;
  return format.ends_with("csv") ? RecordSyntax::kPlain : RecordSyntax::kJson;
}

evtx::ExportJob ExportJobOf(const Session& session) {
  const EvtxOptions& options = session.options;
  evtx::ExportJob job;
  job.format = FormatOf(options.format);
  job.style = StyleOf(session);
  job.recover = options.recover == "all"    ? evtx::Recover::kAll
                : options.recover == "live" ? evtx::Recover::kLive
                                            : evtx::Recover::kNone;
  job.carve = options.carve;
  job.max_depth = Limits().binxml_depth;
  return job;
}

// Goes through all logs once: a name may be announced behind its first use.
void LearnAll(const Session& session) {
  const std::vector<std::string>& paths = session.options.paths;
  const bool has_stream =
      std::find(paths.begin(), paths.end(), "-") != paths.end();
  if (!has_stream && !session.options.carve) {
    // The rest of a bundle names people and devices that logs only mention.
    Options analysis;
    analysis.judge = false;
    analysis.threads = session.executor.threads();
    if (const auto the_case = Analyze(paths, analysis)) {
      session.redactor->Learn(*the_case);
    }
  }
  session.files.KeepStandardInput();
  LearnClient client(&session.files, session.redactor);
  evtx::ExportLogs(ExportJobOf(session), session.executor, &client);
  session.files.Rewind();
}

void ExportChosen(const Session& session, LogOutput* output) {
  const EvtxOptions& options = session.options;
  const evtx::ExportJob job = ExportJobOf(session);
  ExportClient client(&session.files, output, session.filter,
                      !options.sort.empty());
  if (session.redactor != nullptr) {
    client.RedactWith(*session.redactor, SyntaxOf(options.format));
  }
  evtx::ExportLogs(job, session.executor, &client);
  client.Finish();
  if (!options.stats.empty()) output->PrintStats(client.stats());
}

Result<std::optional<Codepage>> LoadCodepage(uint32_t number) {
  std::optional<Codepage> codepage;
  if (number != kAnsiCodepage) {
    ESPIAL_TRY_ASSIGN(codepage, Codepage::Load(number));
  }
  return codepage;
}

ExitCode Run(const EvtxOptions& options) {
  const Result<EventFilter> filter = EventFilter::Parse(options.filter);
  if (!filter) {
    Complain(Sentence(filter.error()));
    return kUsage;
  }
  const auto codepage = LoadCodepage(options.codepage);
  if (!codepage) {
    Complain(Sentence(codepage.error()));
    return kUsage;
  }
  auto redactor = MakeRedactor(options.redact);
  if (!redactor) {
    Complain(Sentence(redactor.error()));
    return kFailed;
  }
  Result<LogFiles> files = LogFiles::Find(options.paths, options.carve);
  if (!files) {
    Complain(Sentence(files.error()));
    return kFailed;
  }
  const uint32_t threads =
      options.threads != 0
          ? options.threads
          : std::clamp(std::thread::hardware_concurrency(), 1U, kMaxThreads);
  Executor executor(threads);
  const Session session = {options,
                           *filter,
                           *files,
                           executor,
                           codepage->has_value() ? &**codepage : nullptr,
                           redactor->has_value() ? &**redactor : nullptr};
  if (session.redactor != nullptr) LearnAll(session);
  // What is damaged stands in the statistics where they are asked for.
  LogOutput output(options.verbose, !options.stats.empty(), session.redactor);
  const evtx::ExportFormat format = FormatOf(options.format);
  output.Write(evtx::ExportHeader(format));
  if (WantsAll(session)) {
    RenderAll(session, &output);
  } else {
    ExportChosen(session, &output);
  }
  output.Write(evtx::ExportFooter(format));
  output.Flush();
  for (const std::string& trouble : files->troubles()) output.Tell(trouble);
  if (!output.status()) {
    Complain(Sentence(output.status().error()));
    return kFailed;
  }
  return files->opened() > 0 ? kAnalysed : kFailed;
}

std::vector<std::string> FormatNames() {
  std::vector<std::string> names;
  names.reserve(kFormats.size());
  for (const FormatName& one : kFormats) names.emplace_back(one.name);
  return names;
}

void AddReadingOptions(CLI::App* app, EvtxOptions* options) {
  app->add_option("--recover", options->recover,
                  "none: active records; live: and those that Windows had not "
                  "flushed yet (default); all: and residue of other logs, and "
                  "what slack, unused chunks and damage still hold")
      ->type_name("none|live|all")
      ->check(CLI::IsMember({"none", "live", "all"}).description(""));
  app->add_flag("--carve", options->carve,
                "Take PATH for an image of anything and look for chunks and "
                "single records at any offset");
  app->add_option(
         "--codepage", options->codepage,
         "Number of the code page in which the machine wrote its ANSI "
         "strings, which no log names: 932, 1251, 65001, ... (default: "
         "1252)")
      ->type_name("N");
  app->add_option("--sort", options->sort,
                  "time: order all records by their time instead of their "
                  "place; holds them all in memory")
      ->type_name("time")
      ->check(CLI::IsMember({"time"}).description(""));
  app->add_option("--stats", options->stats,
                  "json: a line of JSON a log, and one for all, to standard "
                  "error: chunks, records by class, damage by kind and bytes, "
                  "anomalies")
      ->type_name("json")
      ->check(CLI::IsMember({"json"}).description(""));
  app->add_option("--threads", options->threads,
                  "Threads to use (default: as many as the machine has); the "
                  "result does not depend on it")
      ->type_name("N")
      ->check(CLI::Range(uint32_t{1}, kMaxThreads).description(""));
  app->add_flag("-v,--verbose", options->verbose, "Show all damage");
}

}  // namespace

Command AddEvtx(CLI::App* root) {
  auto options = std::make_shared<EvtxOptions>();
  CLI::App* app = root->add_subcommand(
      "evtx", "Print the records of event logs as JSON, XML or CSV");
  app->add_option("PATH", options->paths,
                  "Event logs, folders with *.evtx below them, bundles, or "
                  "'-' for standard input")
      ->required()
      ->type_name("");
  app->add_option("--format", options->format,
                  "jsonl: one JSON object a line, in the shape of evtx_dump "
                  "(default); json: a line 'Record N' before each; xml: one "
                  "Event a line, as Windows prints it; raw: JSON without any "
                  "loss; csv: columns of Espial; evtxecmd-json, evtxecmd-csv: "
                  "in the shape of EvtxECmd")
      ->type_name("FORMAT")
      ->check(CLI::IsMember(FormatNames()).description(""));
  app->add_flag("--separate-json-attributes", options->separate_attributes,
                "JSON: attributes of X as X_attributes beside X");
  app->add_option("--compat", options->compat,
                  "evtx_dump: times cut to microseconds, as it prints them")
      ->type_name("evtx_dump")
      ->check(CLI::IsMember({"evtx_dump"}).description(""));
  AddFilterOptions(app, &options->filter);
  AddReadingOptions(app, options.get());
  AddRedactOptions(app, &options->redact);
  app->footer(
      "Records stand in the order of the files and of their bytes. Damage "
      "goes to standard\nerror.\n\n"
      "Exit codes: 0 printed, 2 wrong command line, 3 nothing could be "
      "opened, or the result\ncould not be written.\n\n"
      "Examples:\n"
      "  espial evtx Security.evtx --id 4624,4625 --from 2024-07-23\n"
      "  espial evtx C/Windows/System32/winevt/Logs --format xml\n"
      "  espial evtx Security.evtx --separate-json-attributes --compat "
      "evtx_dump\n"
      "  espial evtx System.evtx --recover all --format raw --stats json\n"
      "  espial evtx --carve memory.img --format csv");
  return {app, [options] { return Run(*options); }};
}

}  // namespace espial::cli
