// ZIP archives: DiagLogs bundles, MdmDiagnosticsTool -zip, and what people
// zip by hand.
//
// The directory is read by zip_format; zlib inflates; libzip decompresses the
// methods that are neither stored nor Deflate. An archive whose directory is
// missing, because the copy was cut short, is read by its local headers.
#include <espial/parsers/parser.h>

#include "parsers/archive/zip/zip_reader.h"

namespace espial::archive_zip {
namespace {

bool Probe(const ProbeInput& input) {
  const Bytes head = SliceClamped(input.bytes, 0, 4);
  if (head.size() < 4) return false;
  const uint32_t signature = LoadU32(head.data());
  return signature == kLocalSignature || signature == kEndSignature ||
         HasDirectory(input.bytes);
}

Status Parse(const Source& source, const ParseContext& context, Sink& sink) {
  return ZipReader(source, context, &sink).Read();
}

}  // namespace

extern constinit const Parser kParser = {"archive/zip", "ZIP archive", Probe,
                                         Parse, true};

}  // namespace espial::archive_zip
