#include <espial/core/text.h>
#include <espial/parsers/parser.h>

#include <array>
#include <string>
#include <utility>

#include "builtin_parsers.inc"

namespace espial {
namespace {

constexpr size_t kHeadBytes = 4096;

bool StartsWith(Bytes bytes, std::string_view magic, size_t at = 0) {
  return AsChars(SliceClamped(bytes, at, magic.size())) == magic;
}

// The first bytes as text without byte order mark; empty when they are none.
std::string DecodeHead(Bytes bytes) {
  const DetectedEncoding found = DetectEncoding(bytes);
  const Bytes head = SliceClamped(bytes, found.bom_bytes, kHeadBytes);
  DecodedText decoded = DecodeText(head, found.encoding);
  if (found.encoding == Encoding::kCp1252 ||
      found.encoding == Encoding::kUtf8) {
    // Where DetectEncoding saw a longer run than the head, the cut may have
    // split the last sequence: that is no sign of binary data.
    if (decoded.replaced <= 3 &&
        decoded.first_replaced_offset + 3 >= head.size()) {
      decoded.replaced = 0;
    }
  }
  size_t controls = 0;
  for (const char c : decoded.text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool layout = c == '\t' || c == '\r' || c == '\n' || c == '\f';
    if (byte < 0x20 && !layout) ++controls;
  }
  // A log may hold a stray control character; binary data holds many.
  const size_t few = decoded.text.size() / 64 + 1;
  if (controls > few || decoded.replaced > few) return {};
  return std::move(decoded.text);
}

// A format that its first bytes tell.
struct Magic {
  std::string_view bytes;
  std::string_view name;
};

constexpr std::array<Magic, 20> kMagics = {{
    {"\x89PNG\r\n\x1A\n", "image"},
    {"\xFF\xD8\xFF", "image"},
    {"GIF8", "image"},
    {"BM", "image"},
    {"MZ", "executable"},
    {"\x7F"
     "ELF",
     "executable"},
    {"regf", "registry hive"},
    {"ElfFile", "event log"},
    {"MSCF", "cabinet"},
    {"PK\x03\x04", "zip"},
    {"PK\x05\x06", "zip"},
    {"7z\xBC\xAF\x27\x1C", "7-zip"},
    {"\x1F\x8B", "gzip"},
    {"Rar!\x1A\x07", "rar"},
    {"%PDF-", "pdf"},
    {"SQLite format 3", "sqlite"},
    {"PAGEDU64", "memory dump"},
    {"MDMP", "memory dump"},
    {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "compound file"},
    {"ITSF", "help file"},
}};

// What a text is, by its first characters.
std::string_view DescribeText(std::string_view head) {
  const std::string_view text = Trim(head);
  if (StartsWithFold(text, "<!doctype html") || StartsWithFold(text, "<html")) {
    return "html";
  }
  const auto second = [&] { return text.size() > 1 ? text[1] : ' '; };
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  if (text.starts_with("<?xml") || text.starts_with("<!--") ||
      (text.starts_with('<') && is_letter(second()))) {
    return "xml";
  }
  if (text.starts_with('{') || text.starts_with('[')) {
    const std::string_view next = Trim(text.substr(1));
    const bool object = text[0] == '{';
    if (!next.empty() &&
        std::string_view(object ? "\"}" : "\"{[]").find(next[0]) !=
            std::string_view::npos) {
      return "json";
    }
  }
  return "text";
}

}  // namespace

std::span<const Parser* const> Parsers() { return kBuiltInParsers; }

const Parser* FindParser(Bytes bytes) {
  const std::string head = DecodeHead(bytes);
  const ProbeInput input{bytes, head};
  for (const Parser* parser : Parsers()) {
    if (parser->probe(input)) return parser;
  }
  return nullptr;
}

std::string_view DescribeBytes(Bytes bytes) {
  if (bytes.empty()) return "empty";
  for (const Magic& magic : kMagics) {
    // "BM" and "MZ" alone could begin a text.
    const bool weak = magic.bytes.size() == 2;
    if (StartsWith(bytes, magic.bytes) &&
        !(weak && !DecodeHead(bytes).empty())) {
      return magic.name;
    }
  }
  const std::string head = DecodeHead(bytes);
  if (head.empty()) return "binary";
  return DescribeText(head);
}

}  // namespace espial
