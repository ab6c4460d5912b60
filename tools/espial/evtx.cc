// espial evtx: the records of event logs, as JSON or XML.
#include <espial/core/executor.h>
#include <espial/core/limits.h>
#include <espial/evtx_render.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "tools/espial/command.h"
#include "tools/espial/descriptor_writer.h"
#include "tools/espial/log_files.h"
#include "tools/espial/terminal.h"

namespace espial::cli {
namespace {

constexpr uint32_t kMaxThreads = 256;
// Lines of damage that are printed for one log, unless all are asked for.
constexpr size_t kDamageLines = 3;

struct EvtxOptions {
  std::vector<std::string> paths;
  std::string format = "jsonl";
  bool separate_attributes = false;
  std::string compat;
  uint32_t threads = 0;
  bool verbose = false;
};

class Client : public evtx::RenderClient {
 public:
  Client(LogFiles* files, bool verbose) : files_(*files), verbose_(verbose) {}

  std::shared_ptr<const Source> NextLog() override { return files_.Next(); }

  bool Write(std::string_view text) override { return writer_.Write(text); }

  void OnDamage(const Source& log, const Damage& damage) override {
    if (log.provenance() != damaged_log_) {
      Flush();
      damaged_log_ = log.provenance();
      lines_ = 0;
    }
    if (++lines_ > kDamageLines && !verbose_) return;
    Complain(log.provenance() + ": " + damage.error.ToString());
  }

  // Says how many lines were kept back.
  void Flush() {
    if (lines_ > kDamageLines && !verbose_) {
      Complain(damaged_log_ + ": and " + std::to_string(lines_ - kDamageLines) +
               " more; --verbose shows all");
    }
    lines_ = 0;
  }

  [[nodiscard]] DescriptorWriter& writer() { return writer_; }

 private:
  LogFiles& files_;
  DescriptorWriter writer_;
  bool verbose_;
  std::string damaged_log_;
  size_t lines_ = 0;
};

ExitCode Run(const EvtxOptions& options) {
  Result<LogFiles> files = LogFiles::Find(options.paths);
  if (!files) {
    Complain(Sentence(files.error()));
    return kFailed;
  }
  evtx::RenderJob job;
  job.style.markup =
      options.format == "xml" ? evtx::Markup::kXml : evtx::Markup::kJson;
  job.style.separate_attributes = options.separate_attributes;
  job.style.microseconds = options.compat == "evtx_dump";
  job.framing = options.format == "json" ? evtx::Framing::kNumbered
                                         : evtx::Framing::kLine;
  job.max_depth = Limits().binxml_depth;
  const uint32_t threads =
      options.threads != 0
          ? options.threads
          : std::clamp(std::thread::hardware_concurrency(), 1U, kMaxThreads);
  Executor executor(threads);
  Client client(&*files, options.verbose);
  const bool xml = options.format == "xml";
  if (xml) {
    client.Write("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Events>\n");
  }
  evtx::RenderLogs(job, executor, &client);
  if (xml) client.Write("</Events>\n");
  client.Flush();
  for (const std::string& trouble : files->troubles()) Complain(trouble);
  if (const Status status = client.writer().status(); !status) {
    Complain(Sentence(status.error()));
    return kFailed;
  }
  return files->opened() > 0 ? kAnalysed : kFailed;
}

}  // namespace

Command AddEvtx(CLI::App* root) {
  auto options = std::make_shared<EvtxOptions>();
  CLI::App* app = root->add_subcommand(
      "evtx", "Print the records of event logs as JSON or XML");
  app->add_option("PATH", options->paths,
                  "Event logs, folders with *.evtx below them, bundles, or "
                  "'-' for standard input")
      ->required()
      ->type_name("");
  app->add_option("--format", options->format,
                  "jsonl: one JSON object a line, in the shape of evtx_dump; "
                  "json: a line 'Record N' before each; xml: one Event a "
                  "line, as Windows prints it (default: jsonl)")
      ->type_name("jsonl|json|xml")
      ->check(CLI::IsMember({"jsonl", "json", "xml"}).description(""));
  app->add_flag("--separate-json-attributes", options->separate_attributes,
                "JSON: attributes of X as X_attributes beside X");
  app->add_option("--compat", options->compat,
                  "evtx_dump: times cut to microseconds, as it prints them")
      ->type_name("evtx_dump")
      ->check(CLI::IsMember({"evtx_dump"}).description(""));
  app->add_option("--threads", options->threads,
                  "Threads to use (default: as many as the machine has); the "
                  "result does not depend on it")
      ->type_name("N")
      ->check(CLI::Range(uint32_t{1}, kMaxThreads).description(""));
  app->add_flag("-v,--verbose", options->verbose, "Show all damage");
  app->footer(
      "Records stand in the order of the files and of their bytes. Damage "
      "goes to standard\nerror.\n\n"
      "Exit codes: 0 printed, 2 wrong command line, 3 nothing could be "
      "opened, or the result\ncould not be written.\n\n"
      "Examples:\n"
      "  espial evtx Security.evtx | grep '\"EventID\":4624'\n"
      "  espial evtx C/Windows/System32/winevt/Logs --format xml\n"
      "  espial evtx Security.evtx --separate-json-attributes --compat "
      "evtx_dump");
  return {app, [options] { return Run(*options); }};
}

}  // namespace espial::cli
