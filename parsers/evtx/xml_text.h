// Writes XML text from the calls that a visitor of Walker gets: the form in
// which an event keeps XML that is nested in a value.
#pragma once

#include <espial/model/value.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "parsers/evtx/program.h"

namespace espial::evtx {

class XmlText {
 public:
  void Clear();
  [[nodiscard]] const std::string& text() const { return text_; }

  void BeginElement(const Name& name);
  void EndElement(const Name& name);
  void BeginAttribute(const Name& name);
  void EndAttribute();
  void Text(std::string_view text);
  void CData(std::string_view text);
  void CharRef(uint32_t unit);
  void EntityRef(const Name& name);
  void Pi(const Name& target, std::string_view data);
  void Value(const espial::Value& value);

 private:
  void CloseStart();
  void Escaped(std::string_view text);

  std::string text_;
  std::string value_;
  bool start_open_ = false;  // "<name" stands without its ">"
  bool in_attribute_ = false;
};

// The character of one of the five entities of XML; empty for others.
std::string_view EntityText(std::string_view name);

}  // namespace espial::evtx
