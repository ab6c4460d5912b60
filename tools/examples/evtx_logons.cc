// Prints who logged on, from the event logs named: an example of reading
// records in place.
//
//   espial_example_evtx_logons Security.evtx
#include <espial/evtx.h>

#include <cstdio>
#include <string>

namespace {

// Prints the logons of one log. False when it cannot be opened.
bool PrintLogons(const char* path) {
  const auto log = espial::evtx::Log::Open(path);
  if (!log) {
    std::fprintf(stderr, "%s: %s\n", path, log.error().ToString().c_str());
    return false;
  }
  const espial::evtx::Projection wanted({"TargetUserName", "LogonType"});
  espial::evtx::Reader reader(*log, wanted);
  espial::evtx::Projected values;
  while (const espial::evtx::RecordView* record = reader.Next()) {
    if (!reader.Read(*record, &values) || values.event_id.Number() != 4624) {
      continue;
    }
    std::string line;
    values.time.AppendText(&line);
    line += ' ';
    values.computer.AppendText(&line);
    line += ' ';
    values.fields[0].AppendText(&line);
    line += " logon type ";
    values.fields[1].AppendText(&line);
    std::printf("%s\n", line.c_str());
  }
  for (const espial::Damage& damage : reader.damage()) {
    std::fprintf(stderr, "%s: %s\n", path, damage.error.ToString().c_str());
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  bool opened = argc > 1;
  for (int i = 1; i < argc; ++i) opened = PrintLogons(argv[i]) && opened;
  return opened ? 0 : 1;
}
