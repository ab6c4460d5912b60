// Decodes single records, wherever they were found, into events.
#pragma once

#include <espial/core/arena.h>
#include <espial/core/bytes.h>
#include <espial/core/result.h>
#include <espial/model/event.h>

#include <cstdint>

#include "parsers/evtx/chunk_xml.h"
#include "parsers/evtx/event_builder.h"
#include "parsers/evtx/records.h"
#include "parsers/evtx/walker.h"

namespace espial::evtx {

class RecordDecoder {
 public:
  // ANSI strings are of that code page; null is windows-1252.
  explicit RecordDecoder(const Codepage* codepage = nullptr)
      : builder_(codepage), walker_(&xml_, &builder_) {}
  RecordDecoder(const RecordDecoder&) = delete;
  RecordDecoder& operator=(const RecordDecoder&) = delete;

  // Forgets all events.
  void Reset() { arena_.Reset(); }
  // Begins a chunk, or an image that a Rebuilder made. Events are valid until
  // the next Reset, and as long as `image`.
  void Open(Bytes image, uint64_t base, uint32_t max_depth);

  // The event of a record of the image; an error unless all of it could be
  // read. With `values_only` the event need not have a System section: record
  // id and time are then those of the header, and it has no provider.
  Result<Event> Decode(const RecordSpan& span, bool values_only);

 private:
  Arena arena_;
  ChunkXml xml_;
  EventBuilder builder_;
  Walker<EventBuilder> walker_;
};

}  // namespace espial::evtx
