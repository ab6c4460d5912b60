#include "parsers/evtx/recover/values_template.h"

#include <espial/core/text.h>

#include <string>
#include <string_view>
#include <utility>

#include "parsers/evtx/layout.h"

namespace espial::evtx {
namespace {

// More than any event has; a hostile count gets no definition.
constexpr size_t kMaxValues = 4096;

class Writer {
 public:
  explicit Writer(std::vector<std::byte>* out) : out_(*out) {}

  void Put(uint64_t value, size_t width) {
    for (size_t i = 0; i < width; ++i) {
      out_.push_back(static_cast<std::byte>(value >> (8 * i) & 0xffU));
    }
  }
  void Characters(std::string_view ascii) {
    for (const char c : ascii) Put(static_cast<unsigned char>(c), 2);
  }
  void Name(std::string_view ascii) {
    for (const auto& [name, offset] : names_) {
      if (name == ascii) {
        Put(offset, 4);
        return;
      }
    }
    names_.emplace_back(ascii, static_cast<uint32_t>(out_.size() + 4));
    Put(out_.size() + 4, 4);
    uint32_t hash = 0;
    for (const char c : ascii) {
      hash = hash * 65599U + static_cast<unsigned char>(c);
    }
    Put(0, 4);
    Put(hash & 0xffffU, 2);
    Put(ascii.size(), 2);
    Characters(ascii);
    Put(0, 2);
  }
  // Returns where the size of the element is to be patched.
  size_t Open(std::string_view name) {
    Put(kTokenOpenElement, 1);
    Put(0xffff, 2);  // depends on nothing
    const size_t size_at = out_.size();
    Put(0, 4);
    Name(name);
    return size_at;
  }
  void Close(size_t size_at) {
    Put(kTokenEndElement, 1);
    PatchSize(size_at);
  }
  void PatchSize(size_t at) {
    const uint64_t size = out_.size() - at - 4;
    for (size_t i = 0; i < 4; ++i) {
      out_[at + i] = static_cast<std::byte>(size >> (8 * i) & 0xffU);
    }
  }
  [[nodiscard]] size_t position() const { return out_.size(); }

 private:
  std::vector<std::byte>& out_;
  std::vector<std::pair<std::string_view, uint32_t>> names_;
};

}  // namespace

bool AppendValuesTemplate(uint32_t short_id, std::span<const uint8_t> types,
                          bool outermost, std::vector<std::byte>* image) {
  if (types.size() > kMaxValues) return false;
  Writer out(image);
  out.Put(0, 4);
  out.Put(short_id, 4);
  out.Put(0, 8);  // the rest of the GUID, which nobody knows
  out.Put(0, 4);
  const size_t size_at = out.position();
  out.Put(0, 4);
  out.Put(0x0001010f, 4);  // fragment header
  size_t event = 0;
  if (outermost) {
    event = out.Open("Event");
    out.Put(kTokenCloseStart, 1);
  }
  const size_t element = out.Open("MissingTemplate");
  out.Put(kTokenCloseStart, 1);
  const size_t name = out.Open("TemplateId");
  out.Put(kTokenCloseStart, 1);
  out.Put(kTokenValue, 1);
  out.Put(kWireString, 1);
  const std::string id = ToHex(short_id, 8);
  out.Put(id.size(), 2);
  out.Characters(id);
  out.Close(name);
  for (size_t i = 0; i < types.size(); ++i) {
    const size_t value = out.Open("Value");
    out.Put(kTokenCloseStart, 1);
    out.Put(kTokenSlot, 1);
    out.Put(i, 2);
    out.Put(types[i], 1);
    out.Close(value);
  }
  out.Close(element);
  if (outermost) out.Close(event);
  out.Put(kTokenEnd, 1);
  out.PatchSize(size_at);
  return true;
}

}  // namespace espial::evtx
