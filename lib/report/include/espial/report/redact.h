// Pseudonyms in place of what identifies a person, a device or a company.
//
//   Redactor redactor(key);
//   redactor.Learn(the_case);
//   redactor.Redact(&the_case);      // from here on any report is clean
//
// The same secret gets the same pseudonym under one key, in every bundle; with
// another key another one, so that reports cannot be linked. There is no way
// back for who does not have the key.
//
// Two ways find secrets. Some show by their shape: mail addresses and UPNs,
// SIDs, IP and MAC addresses, tokens, product keys, folders of users, parts of
// distinguished names, thumbprints, long hexadecimal and base64. Others are
// learned where a name announces them (TargetUserName, "NV Domain", TenantId,
// SerialNumber, SSID, ...), and are then found anywhere in any text: case does
// not matter, also as UTF-16 in hexadecimal, in base64, in URLs, in XML, in
// JSON. What Windows and Microsoft call the same everywhere stays readable.
#pragma once

#include <espial/model/case.h>

#include <memory>
#include <string>
#include <string_view>

namespace espial::report {

// Learn everything, then replace. Replacing is const, and safe from several
// threads at once.
class Redactor {
 public:
  // Any bytes; their strength is that of the pseudonyms.
  explicit Redactor(std::string_view key);
  Redactor(Redactor&&) noexcept;
  Redactor& operator=(Redactor&&) noexcept;
  ~Redactor();

  void Learn(const Case& the_case);
  void LearnEvent(const Event& event);
  void LearnFact(const Fact& fact);
  // Names of files hold names of devices: "DeviceHash_LAP-4711.csv".
  void LearnProvenance(std::string_view provenance);

  // `text` with pseudonyms. `name` is what the text is the value of, where that
  // is known: a whole value of a telling name is replaced even where the same
  // word is too common to be replaced in sentences.
  [[nodiscard]] std::string Text(std::string_view text,
                                 std::string_view name = {}) const;
  // The same for text that is JSON or XML: what stands between keys and tags
  // changes, the syntax does not. Broken syntax is treated as text.
  [[nodiscard]] std::string Json(std::string_view json) const;
  [[nodiscard]] std::string Xml(std::string_view xml) const;

  // "data-3f2a91bc": bytes that nobody looks into.
  [[nodiscard]] std::string Data(std::string_view bytes) const;

  // Everything of a case that a report can show. Do it once.
  void Redact(Case* the_case) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace espial::report
