// results.xml of Intune's "Collect diagnostics": FORMAT.md.
#include <espial/core/text.h>
#include <espial/parsers/parser.h>

#include <optional>
#include <string>

#include "parsers/support/directive_name.h"
#include "parsers/support/text_document.h"
#include "parsers/support/text_source.h"
#include "parsers/support/xml_reader.h"

namespace espial::collect_results {
namespace {

constexpr std::string_view kRoot = "Collection";

// The low 32 bits of a result that is written as a signed decimal, or in
// hexadecimal behind 0x.
std::optional<uint32_t> ReadHresult(std::string_view text) {
  text = Trim(text);
  if (const auto number = ParseUnsigned(text)) {
    if (*number > UINT32_MAX) return std::nullopt;
    return static_cast<uint32_t>(*number);
  }
  const auto number = ParseSigned(text);
  if (!number || *number < INT32_MIN || *number > 0) return std::nullopt;
  return static_cast<uint32_t>(*number);
}

class ResultsReader {
 public:
  ResultsReader(const Source& source, Sink& sink)
      : sink_(sink),
        document_(source.bytes()),
        places_(document_.places()),
        reader_(document_, {false, 32, "results"}, sink) {}

  Status Read();

 private:
  void OnStart(const XmlToken& token);
  void OnEnd(const XmlToken& token);
  void ReadResult(const XmlToken& token);
  void Emit(std::string_view key, std::string_view name, std::string_view type,
            std::string_view data, std::optional<uint64_t> number);

  Sink& sink_;
  const TextDocument document_;
  TextPlaces places_;
  XmlReader reader_;
  Place place_;
  std::string text_;
  bool has_result_ = false;
  std::optional<uint32_t> result_;
  std::optional<uint32_t> collection_result_;
  Place collection_place_;
  uint64_t ordinal_ = 0;
  bool begun_ = false;
};

Status ResultsReader::Read() {
  XmlToken token;
  while (reader_.Next(&token)) {
    if (token.kind == XmlTokenKind::kStart) {
      OnStart(token);
    } else if (token.kind == XmlTokenKind::kText && token.depth == 2) {
      text_ += token.text;
    } else if (token.kind == XmlTokenKind::kEnd) {
      OnEnd(token);
    }
  }
  document_.ReportInvalid(sink_);
  if (!begun_) {
    return Error{Errc::kTruncated, "results", 0,
                 "expected <Collection>, found no whole tag"};
  }
  return {};
}

void ResultsReader::OnStart(const XmlToken& token) {
  if (token.depth > 2) return;
  place_ = places_.At(token.position);
  text_.clear();
  ReadResult(token);
  if (token.depth == 1) {
    begun_ = true;
    if (has_result_ && result_) {
      const std::string hex = "0x" + ToHex(*result_, 8);
      Emit("collection", "HRESULT", *result_ == 0 ? "ok" : "failed", hex,
           *result_);
    }
  }
}

void ResultsReader::ReadResult(const XmlToken& token) {
  result_.reset();
  has_result_ = false;
  for (const XmlAttribute& attribute : token.attributes) {
    if (!EqualsFold(attribute.name, "HRESULT")) continue;
    has_result_ = true;
    result_ = ReadHresult(attribute.value);
    if (result_) continue;
    Damage damage;
    damage.error = {Errc::kBadValue, "results HRESULT", place_.offset,
                    "line " + std::to_string(place_.line) +
                        ": expected a number of 32 bits, found '" +
                        Clip(attribute.value, 40) + "'"};
    damage.lossy = false;
    sink_.OnDamage(std::move(damage));
  }
}

void ResultsReader::OnEnd(const XmlToken& token) {
  if (token.depth != 2) return;
  const auto type = FindDirectiveType(token.name);
  if (type) ++ordinal_;
  if (token.implied && reader_.truncated()) return;
  const std::string_view text = Trim(text_);
  if (!type) {
    // What the collection was told beside its directives. The address to
    // upload to is a secret where it is no placeholder.
    if (!EqualsFold(token.name, "SasUrl") && !text.empty()) {
      Emit("collection", token.name, "info", text, ParseUnsigned(text));
    }
    return;
  }
  // As the flattened layout names its files; in the old layout the number is
  // the folder.
  const std::string name = "(" + std::to_string(ordinal_) + ") " +
                           std::string(DirectiveTypeName(*type)) + " " +
                           std::string(text);
  const std::string hex = result_ ? "0x" + ToHex(*result_, 8) : std::string();
  Emit("directive", name,
       !result_        ? "info"
       : *result_ == 0 ? "ok"
                       : "failed",
       hex, result_ ? std::optional<uint64_t>(*result_) : std::nullopt);
}

void ResultsReader::Emit(std::string_view key, std::string_view name,
                         std::string_view type, std::string_view data,
                         std::optional<uint64_t> number) {
  Fact fact;
  fact.kind = FactKind::kCollection;
  fact.key = key;
  fact.name = name;
  fact.type = type;
  fact.data = data;
  fact.number = number;
  fact.line = place_.line;
  fact.offset = place_.offset;
  sink_.OnFact(fact);
}

bool Probe(const ProbeInput& input) {
  const std::string_view text = Trim(input.head_text);
  const size_t at = text.find("<" + std::string(kRoot));
  if (!text.starts_with('<') || at == std::string_view::npos || at > 1024) {
    return false;
  }
  const std::string_view rest = text.substr(at + 1 + kRoot.size());
  if (rest.find_first_of(" >\r\n\t") != 0) return false;
  const bool result = rest.find("HRESULT") != std::string_view::npos;
  const bool directive = rest.find("<RegistryKey") != std::string_view::npos ||
                         rest.find("<FoldersFiles") != std::string_view::npos ||
                         rest.find("<Command") != std::string_view::npos ||
                         rest.find("<SasUrl>") != std::string_view::npos;
  return result && directive;
}

Status Parse(const Source& source, const ParseContext& /*context*/,
             Sink& sink) {
  return ResultsReader(source, sink).Read();
}

}  // namespace

extern constinit const Parser kParser;
constinit const Parser kParser = {
    "collect/results", "results of collected diagnostics", Probe, Parse};

}  // namespace espial::collect_results
