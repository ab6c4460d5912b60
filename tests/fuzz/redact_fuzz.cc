// Any text, and some of its own words as secrets: none of them comes out.
#include <espial/core/text.h>
#include <espial/report/json_writer.h>
#include <espial/report/redact.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace espial::report {
namespace {

// Names that announce each class that is found again anywhere.
constexpr std::string_view kNames[] = {"UserName", "ComputerName",
                                       "SerialNumber", "SSID"};
// Longer than what stands behind the dash of a pseudonym.
constexpr size_t kLeast = 10;
constexpr size_t kMost = 32;
// A pseudonym for three characters has 23; an escape of JSON for one, six.
constexpr size_t kGrowth = 8;
constexpr size_t kJsonGrowth = 6 * kGrowth;
constexpr size_t kPasses = 4;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
bool IsLetter(char c) { return Lower(c) >= 'a' && Lower(c) <= 'z'; }

std::string Lower(std::string text) {
  for (char& c : text) c = Lower(c);
  return text;
}

// A word that is neither Windows's own nor a number in hexadecimal.
bool CanBeSecret(const std::string& word) {
  bool digit = false;
  bool letter = false;
  for (const char c : word) {
    digit = digit || IsDigit(c);
    letter = letter || (IsLetter(c) && Lower(c) != 'e');
  }
  return digit && letter && !word.starts_with("0x") &&
         !word.starts_with("default");
}

// The first words of `text` of letters and digits, lower case.
std::vector<std::string> Harvest(std::string_view text) {
  std::vector<std::string> secrets;
  for (size_t at = 0; at < text.size() && secrets.size() < std::size(kNames);) {
    size_t end = at;
    while (end < text.size() && (IsDigit(text[end]) || IsLetter(text[end]))) {
      ++end;
    }
    if (end - at >= kLeast && end - at <= kMost) {
      std::string word = Lower(std::string(text.substr(at, end - at)));
      if (CanBeSecret(word)) secrets.push_back(std::move(word));
    }
    at = end + 1;
  }
  return secrets;
}

Redactor Learned(const std::vector<std::string>& secrets) {
  Redactor redactor("a key of this fuzz target");
  for (size_t i = 0; i < secrets.size(); ++i) {
    Fact fact;
    fact.name = kNames[i];
    fact.data = secrets[i];
    redactor.LearnFact(fact);
  }
  return redactor;
}

void CheckClean(const std::vector<std::string>& secrets, std::string clean) {
  clean = Lower(std::move(clean));
  for (const std::string& secret : secrets) {
    if (clean.find(secret) != std::string::npos) std::abort();
  }
}

void CheckSize(std::string_view clean, std::string_view text, size_t growth) {
  if (clean.size() > growth * text.size() + 64) std::abort();
}

std::string HexOf(std::string_view text) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (const char c : text) {
    hex.push_back(kDigits[static_cast<unsigned char>(c) >> 4U]);
    hex.push_back(kDigits[static_cast<unsigned char>(c) & 0xFU]);
  }
  return hex;
}

std::string XmlOf(std::string_view text) {
  std::string escaped;
  AppendXmlEscaped(text, XmlQuotes::kDouble, &escaped);
  // "Microsoft-..." is a name of a log.
  return "<a b=\"is " + escaped + "\">" + escaped + "</a>";
}

std::string JsonOf(std::string_view text) {
  std::string json;
  JsonWriter writer(&json, JsonWriter::Style::kOneLine);
  writer.BeginObject().Key("key").String(text).Key(text).BeginArray();
  writer.String(text).EndArray().EndObject();
  return json;
}

void Run(std::string_view text) {
  const std::vector<std::string> secrets = Harvest(text);
  const Redactor redactor = Learned(secrets);

  std::string clean = redactor.Text(text);
  CheckClean(secrets, clean);
  CheckSize(clean, text, kGrowth);
  if (clean != Learned(secrets).Text(text)) std::abort();
  // Pseudonyms stay what they are. A place may look like a secret only with
  // pseudonyms in it, so that it takes some passes until all is at rest.
  bool rests = false;
  for (size_t pass = 0; pass < kPasses && !rests; ++pass) {
    std::string again = redactor.Text(clean);
    rests = again == clean;
    clean = std::move(again);
  }
  if (!rests) std::abort();

  CheckClean(secrets, redactor.Text(text, "UserName"));
  CheckClean(secrets, redactor.Text(text, "Version"));
  CheckClean(secrets, redactor.Json(JsonOf(text)));
  // Escapes divide other words than the harvest saw.
  if (text.find('\\') == std::string_view::npos) {
    CheckClean(secrets, redactor.Json(text));
  }
  CheckSize(redactor.Json(text), text, kJsonGrowth);
  CheckClean(secrets, redactor.Xml(XmlOf(text)));
  CheckSize(redactor.Xml(text), text, kGrowth);

  for (const std::string& secret : secrets) {
    const std::string hex = HexOf(secret);
    if (redactor.Text("is " + hex + '.').find(hex) != std::string::npos) {
      std::abort();
    }
  }
}

}  // namespace
}  // namespace espial::report

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  espial::report::Run({reinterpret_cast<const char*>(data), size});
  return 0;
}
