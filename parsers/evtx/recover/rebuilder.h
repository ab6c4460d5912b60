// Gives records back the templates that they lost.
//
// A record whose definitions and names all stand in its chunk is left where it
// is. Any other is written anew, into an image that is laid out as a chunk is:
// the same values, its instances pointing at definitions that were put there
// for it: its own, those of the library, or one that says nothing but the
// values. Whatever can walk a chunk can walk an image.
#pragma once

#include <espial/core/bytes.h>
#include <espial/evtx_recover.h>

#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "parsers/evtx/records.h"
#include "parsers/evtx/recover/instance_walk.h"
#include "parsers/evtx/recover/template_library.h"

namespace espial::evtx {

class Rebuilder {
 public:
  // What one record may come to with its definitions, and what all images of
  // one Reset may; what does not fit is not recovered.
  static constexpr size_t kMaxImage = size_t{1} << 20U;
  static constexpr size_t kMaxImages = size_t{4} << 20U;

  struct Result {
    // kOwn, kForeign or kValuesOnly: the worst of its instances.
    Confidence confidence = Confidence::kOwn;
    RecordSpan span;     // in the chunk, or in the image when `moved`
    bool moved = false;  // written anew
    size_t image = 0;    // which one, when `moved`
  };

  // `library` must outlive the rebuilder.
  Rebuilder(const TemplateLibrary* library, uint32_t max_depth)
      : library_(*library), max_depth_(max_depth) {}

  // Begins a chunk, or with Frame::kUnknown a run of bytes whose records have
  // lost their chunk. `bytes` must stay as long as the rebuilder works on it.
  void Reset(Bytes bytes, Frame frame);

  // REQUIRES: `span` lies within the bytes. Nothing when its binary XML is not
  // whole, or names elements by names that are gone.
  std::optional<Result> Rebuild(const RecordSpan& span);

  // Records written anew since Reset. No longer than a chunk, unless a single
  // record is, with its definitions. Valid until the next Rebuild.
  [[nodiscard]] Bytes image(size_t index) const { return images_[index]; }

 private:
  // What an instance will point at.
  struct Target {
    enum class Kind : uint8_t { kOwn, kForeign, kMissing };
    Kind kind = Kind::kOwn;
    uint32_t offset = 0;  // in the image
    const PortableTemplate* definition = nullptr;
  };

  bool Judge(uint32_t begin, uint32_t end, uint32_t depth);
  Target Choose(const InstanceParts& parts);
  const PortableTemplate* SoundHere(uint32_t definition);
  // Writes the record to the image at hand; false when it does not fit there,
  // or nowhere.
  bool WriteRecord(const RecordSpan& span, Result* result);
  void NewImage();
  bool Write(uint32_t begin, uint32_t end, uint32_t depth);
  bool WriteInstance(uint32_t at, const InstanceParts& parts, uint32_t depth);
  void Place(const PortableTemplate& definition, Target* target);
  bool PlaceValuesOnly(const InstanceParts& parts, bool outermost,
                       Target* target);
  void Put(uint64_t value, size_t width);
  void Patch(size_t at, uint64_t value, size_t width);

  const TemplateLibrary& library_;
  uint32_t max_depth_;
  Bytes bytes_;
  Frame frame_ = Frame::kChunk;
  std::deque<std::vector<std::byte>> images_;  // the last is at hand
  size_t images_size_ = 0;                     // of all but that one
  size_t wasted_ = 0;  // written for nothing; counts as if it were kept
  // Definitions of the chunk, by their offset; nothing where it is not sound.
  std::unordered_map<uint32_t, std::optional<PortableTemplate>> sound_;
  uint64_t sound_budget_ = 0;
  // Where definitions stand in the image at hand.
  std::unordered_map<const PortableTemplate*, uint32_t> placed_;
  // Of the record at hand: targets and parts, in the order of the walk.
  std::vector<Target> targets_;
  std::vector<InstanceParts> parts_;
  size_t next_target_ = 0;
  std::vector<uint8_t> types_;
};

}  // namespace espial::evtx
