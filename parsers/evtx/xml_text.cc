#include "parsers/evtx/xml_text.h"

#include <espial/core/text.h>

namespace espial::evtx {
namespace {

// Whether XML 1.0 allows the byte in text; all others of UTF-8 are allowed.
bool IsForbidden(unsigned char c) {
  return c < 0x20 && c != '\t' && c != '\n' && c != '\r';
}

}  // namespace

std::string_view EntityText(std::string_view name) {
  if (name == "amp") return "&";
  if (name == "lt") return "<";
  if (name == "gt") return ">";
  if (name == "quot") return "\"";
  if (name == "apos") return "'";
  return {};
}

void XmlText::Clear() {
  text_.clear();
  start_open_ = false;
  in_attribute_ = false;
}

void XmlText::BeginElement(const Name& name) {
  CloseStart();
  text_ += '<';
  text_ += name.text;
  start_open_ = true;
}

void XmlText::EndElement(const Name& name) {
  if (start_open_) {
    text_ += "/>";
    start_open_ = false;
    return;
  }
  text_ += "</";
  text_ += name.text;
  text_ += '>';
}

void XmlText::BeginAttribute(const Name& name) {
  text_ += ' ';
  text_ += name.text;
  text_ += "=\"";
  in_attribute_ = true;
}

void XmlText::EndAttribute() {
  text_ += '"';
  in_attribute_ = false;
}

void XmlText::Text(std::string_view text) {
  if (text.empty()) return;
  CloseStart();
  Escaped(text);
}

void XmlText::CData(std::string_view text) { Text(text); }

void XmlText::CharRef(uint32_t unit) {
  value_.clear();
  AppendUtf8(unit, &value_);
  Text(value_);
}

void XmlText::EntityRef(const Name& name) {
  CloseStart();
  text_ += '&';
  text_ += name.text;
  text_ += ';';
}

void XmlText::Pi(const Name& target, std::string_view data) {
  CloseStart();
  text_ += "<?";
  text_ += target.text;
  if (!data.empty()) text_ += ' ';
  text_ += data;
  text_ += "?>";
}

void XmlText::Value(const espial::Value& value) {
  value_.clear();
  AppendText(value, &value_);
  if (value.type == ValueType::kXml) {
    CloseStart();
    text_ += value_;
    return;
  }
  Text(value_);
}

void XmlText::CloseStart() {
  if (!start_open_ || in_attribute_) return;
  text_ += '>';
  start_open_ = false;
}

void XmlText::Escaped(std::string_view text) {
  const auto escape = [this](std::string_view allowed) {
    AppendXmlEscaped(allowed,
                     in_attribute_ ? XmlQuotes::kDouble : XmlQuotes::kAsTheyAre,
                     &text_);
  };
  size_t begin = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    if (!IsForbidden(static_cast<unsigned char>(text[at]))) continue;
    escape(text.substr(begin, at - begin));
    text_ += "\xef\xbf\xbd";
    begin = at + 1;
  }
  escape(text.substr(begin));
}

}  // namespace espial::evtx
