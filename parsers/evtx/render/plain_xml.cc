#include "parsers/evtx/render/plain_xml.h"

#include <espial/core/text.h>

#include <algorithm>
#include <iterator>
#include <list>
#include <vector>

#include "parsers/evtx/render/plain_text.h"
#include "parsers/evtx/render/unique_keys.h"
#include "parsers/evtx/xml_text.h"

namespace espial::evtx {
namespace {

using Kind = TreeNode::Kind;

// NameStartChar of XML 1.0 above ASCII.
bool IsNameCharacter(uint32_t c) {
  struct Span {
    uint32_t first;
    uint32_t last;
  };
  static constexpr Span kSpans[] = {
      {0xc0, 0xd6},     {0xd8, 0xf6},     {0xf8, 0x2ff},    {0x370, 0x37d},
      {0x37f, 0x1fff},  {0x200c, 0x200d}, {0x2070, 0x218f}, {0x2c00, 0x2fef},
      {0x3001, 0xd7ff}, {0xf900, 0xfdcf}, {0xfdf0, 0xfffd}, {0x10000, 0xeffff}};
  return std::any_of(std::begin(kSpans), std::end(kSpans), [&](const Span& s) {
    return c >= s.first && c <= s.last;
  });
}

bool IsAsciiNameStart(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

bool IsAsciiName(char c) {
  return IsAsciiNameStart(c) || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == ':';
}

// Bytes of the UTF-8 sequence at the front of valid, non-ASCII `text`, and its
// code point.
size_t Decode(std::string_view text, uint32_t* code_point) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  uint32_t c = lead & (0x7fU >> size);
  for (size_t i = 1; i < size && i < text.size(); ++i) {
    c = c << 6U | (static_cast<unsigned char>(text[i]) & 0x3fU);
  }
  *code_point = c;
  return std::min(size, text.size());
}

}  // namespace

void AppendXmlName(std::string_view name, std::string* out) {
  for (size_t i = 0; i < name.size();) {
    const char c = name[i];
    if (static_cast<unsigned char>(c) < 0x80) {
      const bool fits = i == 0 ? IsAsciiNameStart(c) : IsAsciiName(c);
      out->push_back(fits ? c : '_');
      ++i;
      continue;
    }
    uint32_t code_point = 0;
    const size_t size = Decode(name.substr(i), &code_point);
    if (IsNameCharacter(code_point)) {
      out->append(name.substr(i, size));
    } else {
      out->push_back('_');
    }
    i += size;
  }
}

void PlainXml::Element(const TreeNode& element) {
  out_ += '<';
  AppendXmlName(element.name, &out_);
  Attributes(element);
  out_ += '>';
  const size_t start = out_.size();
  Pieces(element, false);
  if (out_.size() == start) {
    out_.back() = '/';
    out_ += '>';
    return;
  }
  out_ += "</";
  AppendXmlName(element.name, &out_);
  out_ += '>';
}

void PlainXml::Attributes(const TreeNode& element) {
  std::vector<TakenKey> pool;
  std::list<std::string> names;
  UniqueKeys keys(&pool);
  for (uint32_t i = element.first_attribute; i != kNoNode;
       i = tree_.node(i).next) {
    const TreeNode& attribute = tree_.node(i);
    std::string& name = names.emplace_back();
    AppendXmlName(attribute.name, &name);
    out_ += ' ';
    out_ += name;
    out_ += keys.Take(name);
    out_ += "=\"";
    Pieces(attribute, true);
    out_ += '"';
  }
}

void PlainXml::Pieces(const TreeNode& node, bool in_attribute) {
  const Escape escape = in_attribute ? Escape::kXmlAttribute : Escape::kXmlText;
  for (uint32_t i = node.first_child; i != kNoNode; i = tree_.node(i).next) {
    const TreeNode& piece = tree_.node(i);
    switch (piece.kind) {
      case Kind::kElement:
        Element(piece);
        break;
      case Kind::kText:
        AppendEscaped(piece.text, escape, &out_);
        break;
      case Kind::kValue:
        AppendValueText(piece.value, style_, escape, &out_);
        break;
      case Kind::kCharRef: {
        std::string text;
        AppendUtf8(piece.number, &text);
        AppendEscaped(text, escape, &out_);
        break;
      }
      case Kind::kEntityRef:
        // Others than the five of XML are declared nowhere.
        out_ += EntityText(piece.name).empty() ? "&amp;" : "&";
        AppendEscaped(piece.name, escape, &out_);
        out_ += ';';
        break;
      case Kind::kPi: {
        // The name "xml" belongs to XML itself, and "?>" ends it.
        std::string data(piece.text);
        for (size_t at = 0; (at = data.find("?>", at)) != std::string::npos;) {
          data.insert(at + 1, " ");
        }
        out_ += EqualsFold(piece.name, "xml") ? "<?_" : "<?";
        AppendXmlName(piece.name, &out_);
        if (!data.empty()) out_ += ' ';
        for (const char c : data) {
          const bool control = static_cast<unsigned char>(c) < 0x20;
          out_ += control ? ' ' : c;
        }
        out_ += "?>";
        break;
      }
      case Kind::kAttribute:
        break;
    }
  }
}

}  // namespace espial::evtx
