// Names in place of secrets: the same for the same secret under one key,
// without a way back for who does not have it.
#pragma once

#include <string>
#include <string_view>

#include "lib/report/redact/classes.h"

namespace espial::report {

// Whether `text` is a pseudonym, as an earlier pass may have put there.
bool IsPseudonym(std::string_view text);

class Pseudonyms {
 public:
  explicit Pseudonyms(std::string_view key) : key_(key) {}

  // "user-3f2a91bc", by class. Case does not matter.
  [[nodiscard]] std::string Of(SecretClass secret, std::string_view text) const;

  // These keep the shape of what they replace.
  // "domain-91bc3f2a.example"; NetBIOS names without the ending; hosts of
  // Microsoft as they are.
  [[nodiscard]] std::string Domain(std::string_view domain) const;
  // "PC-7c1d55aa.domain-91bc3f2a.example"
  [[nodiscard]] std::string Host(std::string_view host) const;
  // "user-3f2a91bc@domain-91bc3f2a.example"; `at` stands between the halves.
  [[nodiscard]] std::string Mail(std::string_view local, std::string_view at,
                                 std::string_view domain) const;
  // "S-1-5-21-x91bc3f2a-500": relative ids below 1100 are those of Windows and
  // of the first local accounts, and stay. SIDs of Entra accounts hold the
  // object id, and share its pseudonym.
  [[nodiscard]] std::string Sid(std::string_view sid) const;
  // "id-3f2a91bc" for a GUID in any spelling.
  [[nodiscard]] std::string Id(std::string_view text) const;

 private:
  [[nodiscard]] std::string Digits(SecretClass secret,
                                   std::string_view text) const;

  std::string key_;
};

}  // namespace espial::report
