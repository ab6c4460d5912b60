// A lenient pull reader of XML, and of HTML as reports write it.
//
//   TextDocument document(source.bytes());
//   XmlReader reader(document, {}, sink);
//   XmlToken token;
//   while (reader.Next(&token)) ...
//
// Every start has its end, in the right order, whatever the text is: ends that
// are missing are implied. Text comes in any number of pieces: between two
// tags, and as CDATA. References are decoded, line ends stay as they are
// written. Several roots may follow each other. No DTD is interpreted.
//
// What it puts up with, and reports: names that XML forbids (a digit or '{' in
// front, spaces within), attributes without quotes or without their last
// quote, ends that do not match, tags that are cut, '<' and '&' that should
// have been references, text outside of the root, elements nested too deep
// (left out), the end of the text anywhere. As HTML much of that is usual and
// not reported: names fold their case, <br> and the like have no end, cells and
// rows of tables close each other, <script> and <style> are passed over.
//
// Costs one pass over the text whatever the text is. Not thread-safe.
#pragma once

#include <espial/core/arena.h>
#include <espial/model/sink.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/support/text_document.h"
#include "parsers/support/text_places.h"

namespace espial {

enum class XmlTokenKind : uint8_t {
  kStart,        // name, attributes
  kEnd,          // name
  kText,         // text
  kComment,      // text, as it stands
  kInstruction,  // text: all between "<?" and "?>"
  kDeclaration,  // text: all between "<!" and ">"
};

struct XmlAttribute {
  std::string_view name;
  std::string_view value;  // decoded
  size_t position = 0;     // of the value, in the text
};

// Views are valid until the next call on the reader; names as long as the text.
struct XmlToken {
  XmlTokenKind kind = XmlTokenKind::kText;
  std::string_view name;  // as it is written, with its prefix
  std::string_view text;  // decoded
  std::span<const XmlAttribute> attributes;
  // Of the element itself; of text, that of the element around it. Roots: 1.
  uint32_t depth = 0;
  bool cdata = false;
  // An end that does not stand in the text.
  bool implied = false;
  // Where it stands in the text: [position, end). Implied ends have no size.
  size_t position = 0;
  size_t end = 0;

  // The first attribute of that name; null when there is none.
  [[nodiscard]] const XmlAttribute* Find(std::string_view attribute) const;
};

struct XmlOptions {
  bool html = false;
  // Elements within elements.
  uint32_t max_depth = 128;
  // What the text is, for messages.
  const char* subject = "XML";
};

class XmlReader {
 public:
  // Document and sink must outlive the reader.
  XmlReader(const TextDocument& document, const XmlOptions& options,
            Sink& sink);

  // The next token; false at the end of the text.
  bool Next(XmlToken* token);

  // Lets the innermost element stand at `depth`, as if those between had
  // ended: for a record that begins within one that was cut. No ends are handed
  // out for them. REQUIRES: 1 <= depth <= depth().
  void Lift(uint32_t depth);

  // Elements that are open.
  [[nodiscard]] uint32_t depth() const {
    return static_cast<uint32_t>(open_.size());
  }
  // Behind the last token.
  [[nodiscard]] size_t position() const { return at_; }
  // Whether the text ended within an element or a tag.
  [[nodiscard]] bool truncated() const { return truncated_; }

 private:
  // Oddities that are told once, with their number.
  struct Tally {
    uint64_t count = 0;
    Place first;
    std::string sample;
  };

  bool ReadMarkup(XmlToken* token);
  bool ReadText(size_t from, size_t to, bool cdata, XmlToken* token);
  bool ReadDelimited(std::string_view open, std::string_view close,
                     XmlTokenKind kind, XmlToken* token);
  bool ReadDeclaration(XmlToken* token);
  bool ReadStart(XmlToken* token);
  bool ReadEnd(XmlToken* token);
  // Reads the attributes from `at` on; returns where the tag ends, behind its
  // '>'. Fails (npos) at the end of the text, and at a '<' before the '>'.
  size_t ReadAttributes(size_t at, bool* empty);
  size_t ReadValue(size_t at, XmlAttribute* attribute, bool* cut);
  void AddAttribute(std::string_view name, std::string_view raw, size_t at);
  bool Open(XmlToken* token, bool empty);
  // Lets the ends of the topmost `count` elements be implied.
  void Imply(size_t count) { implied_ = count; }
  bool TakeWaiting(XmlToken* token);
  bool Finish();
  void SkipRaw(std::string_view name);
  [[nodiscard]] bool SameName(std::string_view a, std::string_view b) const;
  [[nodiscard]] size_t Closes(std::string_view name) const;

  void ReportSkipped();
  void Report(Errc code, const char* what, size_t from, size_t to,
              std::string detail);
  void Count(Tally* tally, size_t position, std::string_view sample);
  void ReportTally(const Tally& tally, const char* what, const char* found);

  std::string_view text_;
  XmlOptions options_;
  Sink& sink_;
  // Of damage only: its positions never decrease.
  TextPlaces places_;
  size_t reported_ = 0;

  size_t at_ = 0;
  std::vector<std::string_view> open_;
  std::vector<XmlAttribute> attributes_;
  Arena values_;
  std::string buffer_;
  // What waits to be handed out.
  size_t implied_ = 0;
  bool has_held_ = false;
  XmlToken held_;
  bool held_empty_ = false;
  bool end_of_empty_ = false;
  // Elements below the deepest that is read.
  uint64_t skipped_ = 0;
  Place skipped_from_;
  bool truncated_ = false;
  // Whether the last tag held words that are no attributes.
  bool words_ = false;
  // The first '<' behind what was read, as far as it is known.
  size_t next_less_ = 0;

  Tally names_;
  Tally references_;
  Tally loose_;
  Tally attributes_odd_;
};

}  // namespace espial
