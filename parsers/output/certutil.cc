// certutil -store: certificates, each under "==== Certificate 0 ====".
#include <espial/core/text.h>

#include <array>
#include <string>

#include "parsers/output/readers.h"

namespace espial::output {
namespace {

constexpr std::array<KnownLabel, 20> kKnown = {{
    {"Seriennummer", "Serial Number"},
    {"Num?ro de s?rie*", "Serial Number"},
    {"N?mero de serie", "Serial Number"},
    {"Aussteller", "Issuer"},
    {"?metteur*", "Issuer"},
    {"Emisor", "Issuer"},
    {"Nicht vor", "NotBefore"},
    {"Nicht nach", "NotAfter"},
    {"NotBefore*", "NotBefore"},
    {"NotAfter*", "NotAfter"},
    {"Antragsteller", "Subject"},
    {"Objet*", "Subject"},
    {"Sujeto", "Subject"},
    {"Zertifikathash(sha1)", "Cert Hash(sha1)"},
    {"Hach. cert.*(sha1)", "Cert Hash(sha1)"},
    {"Hash de certificado(sha1)", "Cert Hash(sha1)"},
    {"Schl?sselcontainer", "Key Container"},
    {"Anbieter", "Provider"},
    {"Fournisseur", "Provider"},
    {"Vorlage", "Template"},
}};

// Lines without label that one certificate may keep; the verbose form dumps
// keys and extensions in hexadecimal.
constexpr uint64_t kMostItems = 64;

// The number within "================ Certificate 0 ================", whatever
// the word; nothing where `text` is no such rule.
std::optional<std::string_view> NumberOfRule(std::string_view text) {
  constexpr std::string_view kRule = "=====";
  if (!text.starts_with(kRule) || !text.ends_with(kRule)) return std::nullopt;
  const size_t first = text.find_first_not_of('=');
  if (first == std::string_view::npos) return std::nullopt;
  const std::string_view title =
      Trim(text.substr(first, text.find_last_not_of('=') - first + 1));
  const std::string_view number = title.substr(title.rfind(' ') + 1);
  if (!ParseUnsigned(number)) return std::nullopt;
  return number;
}

bool Matches(std::string_view head) {
  bool rule = false;
  bool more = false;
  ForEachLine(head, [&](std::string_view line) {
    rule = rule || NumberOfRule(Trim(line)).has_value();
    more = more || line.find("(sha1)") != std::string_view::npos ||
           line.find("CertUtil:") != std::string_view::npos ||
           SplitLabel(line).has_value();
    return !(rule && more);
  });
  return rule && more;
}

bool IsHexDump(std::string_view text) {
  return text.size() >= 5 &&
         text.find_first_not_of("0123456789abcdefABCDEF \t") ==
             std::string_view::npos;
}

// "Provider = Microsoft Platform Crypto Provider" too.
std::optional<LabelledValue> Split(std::string_view line) {
  const size_t equals = line.find(" = ");
  const size_t colon = line.find(": ");
  if (equals != std::string_view::npos && equals < colon) {
    const std::string_view label = Trim(line.substr(0, equals));
    return LabelledValue{label, Trim(line.substr(equals + 3)), equals + 3};
  }
  return SplitLabel(line);
}

void Read(Capture* capture) {
  std::string store;
  std::string section;
  uint64_t items = 0;
  uint64_t certificates = 0;
  while (capture->Next()) {
    const std::string_view text = capture->text();
    if (const auto number = NumberOfRule(text)) {
      section = store + (store.empty() ? "" : "/") + "Certificate " +
                std::string(*number);
      items = 0;
      ++certificates;
      continue;
    }
    if (section.empty() && capture->indent() == 0 && text.ends_with('"')) {
      // my "Personal"
      store = text.substr(0, text.find(' '));
      capture->Add({}, "Store", text);
      continue;
    }
    if (text.starts_with("CertUtil:")) {
      capture->Add({}, "result", Trim(text.substr(9)));
      section.clear();
      continue;
    }
    if (const auto found = Split(capture->line().text)) {
      capture->facts().AddTyped(section, NameOf(found->label, kKnown), "string",
                                found->value, LastCode(found->value),
                                capture->line(), found->value_at);
    } else if (!IsHexDump(text) && items < kMostItems) {
      // Tests of the key, usages, chains of names.
      capture->Add({}, section + "[" + std::to_string(items++) + "]", text,
                   capture->indent());
    }
  }
  capture->Count("certificates", certificates);
}

constexpr std::array<Reader, 1> kReaders = {
    {{"certutil -store", Matches, Read}}};

}  // namespace

std::span<const Reader> CertutilReaders() { return kReaders; }

}  // namespace espial::output
