// Events from any bytes: an image of a disk or of memory, a file whose headers
// are gone.
//
//   CarveOptions options;
//   const LogStats stats = Carve(image, options, executor, &sink);
//
// Every record comes out as RecordState::kRecovered: nothing says which log it
// was part of, or whether it still is. Records of a chunk's chain have
// Confidence::kCertain, those beside it and single ones less; see
// espial/evtx_recover.h. FoundRecord::chunk_offset is where the chunk begins,
// for a single record where it begins itself.
//
// Time is linear in the image. Memory: some megabytes a thread, some bytes a
// record, 64 MiB of templates at most. What comes out, and in which order (that
// of the image), is the same for any number of threads.
#pragma once

#include <espial/core/bytes.h>
#include <espial/core/codepage.h>
#include <espial/core/executor.h>
#include <espial/evtx_stats.h>

#include <cstdint>

#include "parsers/evtx/recover/log_scan.h"
#include "parsers/evtx/recover/template_library.h"

namespace espial::evtx {

struct CarveOptions {
  uint32_t max_depth = 64;
  // Of ANSI strings; null is windows-1252.
  const Codepage* codepage = nullptr;
  // Templates of other sources of the same run; those found here are added.
  // Null: those found here alone.
  TemplateLibrary* library = nullptr;
};

LogStats Carve(Bytes image, const CarveOptions& options, Executor& executor,
               ScanSink* sink);

}  // namespace espial::evtx
