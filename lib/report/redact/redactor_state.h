// What a Redactor knows.
#pragma once

#include <espial/report/redact.h>

#include <string>
#include <string_view>
#include <unordered_set>

#include "lib/report/redact/pseudonyms.h"
#include "lib/report/redact/secret_index.h"

namespace espial::report {

struct Redactor::State {
  explicit State(std::string_view key) : names(key), secrets(names) {}

  // What `text` says of itself: mail addresses, folders, "SSID: x".
  void LearnText(std::string_view text);
  // `text` as the value of `name`.
  void LearnNamed(std::string_view name, std::string_view text);
  // The pseudonym of a whole value of a telling name; else `text`.
  [[nodiscard]] std::string WholeValue(std::string text,
                                       std::string_view name) const;

  Pseudonyms names;
  SecretIndex secrets;
};

}  // namespace espial::report
