// Prints one record as XML, by its id: an example of going through the chunks
// of a log and rendering what one needs.
//
//   espial_example_evtx_find Security.evtx 4711
#include <espial/evtx.h>

#include <cstdio>
#include <cstdlib>
#include <string>

int main(int argc, char** argv) {
  if (argc != 3) return 1;
  const auto log = espial::evtx::Log::Open(argv[1]);
  if (!log) {
    std::fprintf(stderr, "%s: %s\n", argv[1], log.error().ToString().c_str());
    return 1;
  }
  const uint64_t wanted = std::strtoull(argv[2], nullptr, 10);
  const espial::evtx::Projection nothing({});
  espial::evtx::Reader reader(*log, nothing);
  espial::evtx::Style style;
  style.markup = espial::evtx::Markup::kXml;
  for (size_t chunk = 0; chunk < log->chunk_count(); ++chunk) {
    reader.Seek(chunk, 1);
    while (const espial::evtx::RecordView* record = reader.Next()) {
      if (record->id != wanted) continue;
      std::string text;
      if (const auto status = reader.Render(*record, style, &text); !status) {
        std::fprintf(stderr, "%s\n", status.error().ToString().c_str());
        return 1;
      }
      std::printf("chunk %zu, offset %llu\n%s\n", chunk,
                  static_cast<unsigned long long>(record->offset),
                  text.c_str());
      return 0;
    }
  }
  std::fprintf(stderr, "no such record\n");
  return 1;
}
