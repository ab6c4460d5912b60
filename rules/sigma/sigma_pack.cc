// Compiled packs of Sigma rules.
//
//   0  magic "ESPSIGMA"
//   8  u32 version; 0 behind it
//  16  u64 bytes behind the header
//  24  u64 checksum of them
//  32  mappings of fields, rules, errors, warnings, rules about other sources:
//      lists, whose members are numbers of 7 bits a byte (LEB128) and texts
//      behind their size; pack_visit.h has their order
#include "rules/sigma/sigma_pack.h"

#include <espial/core/bytes.h>
#include <fmt/format.h>

#include <cstring>
#include <map>
#include <utility>

#include "rules/sigma/pack_archive.h"
#include "rules/sigma/pack_visit.h"
#include "rules/sigma/sigma_rules.h"

namespace espial::rules {
namespace {

constexpr std::string_view kMagic = "ESPSIGMA";
// Of the bytes, and of what rules mean: 1 is of the first packs.
constexpr uint32_t kVersion = 1;

// Tells damage, not malice: sixteen bytes at a time.
uint64_t ChecksumOf(Bytes bytes) {
  constexpr uint64_t kMixer = 0x9E3779B97F4A7C15;
  uint64_t first = bytes.size();
  uint64_t second = kMixer;
  const auto mix = [&](uint64_t* sum, uint64_t word) {
    *sum = (*sum ^ word) * kMixer;
    *sum ^= *sum >> 29U;
  };
  size_t at = 0;
  for (; at + 16 <= bytes.size(); at += 16) {
    mix(&first, LoadU64(bytes.data() + at));
    mix(&second, LoadU64(bytes.data() + at + 8));
  }
  for (; at < bytes.size(); ++at) {
    mix(&first, std::to_integer<uint64_t>(bytes[at]));
  }
  mix(&first, second);
  return first;
}

void AppendNumber(uint64_t number, size_t size, std::string* out) {
  for (size_t i = 0; i < size; ++i) {
    *out += static_cast<char>(number >> (8 * i));
  }
}

// By number, what fields are called in the logs of variants; 0: as in rules.
using MappingNumbers = std::map<const FieldMappings*, uint32_t>;

template <typename A>
void VisitMappings(A& a, FieldMappings& mappings) {
  std::vector<std::pair<std::string, std::string>> names;
  if constexpr (!A::kReading) {
    for (const auto& [name, mapping] : mappings) {
      names.emplace_back(name, mapping.to);
    }
  }
  a.List(names, "names of fields", [&](auto& name) {
    a.Text(name.first, "name of a field");
    a.Text(name.second, "name of a field");
  });
  if constexpr (A::kReading) {
    // Values were mapped when the rules were loaded.
    for (auto& [name, to] : names) mappings[name].to = std::move(to);
  }
}

// `mappings` are the numbers of the variants' mappings.
template <typename A>
void VisitDocument(A& a, SigmaDocument& document,
                   std::vector<uint32_t>& mappings, size_t most_mappings,
                   size_t rules) {
  VisitInfo(a, document.info);
  if (document.info.is_correlation) {
    if constexpr (A::kReading) document.correlation.emplace();
    return VisitCorrelation(a, *document.correlation, rules);
  }
  size_t next = 0;
  a.List(document.variants, "variants", [&](Variant& variant) {
    if constexpr (A::kReading) mappings.push_back(0);
    a.Number(mappings[next++], most_mappings, "mapping of fields");
    VisitDetection(a, variant.detection);
  });
}

template <typename A>
void VisitProblems(A& a, std::vector<Diagnostic>& errors,
                   std::vector<Diagnostic>& warnings,
                   std::vector<SigmaOtherSource>& others) {
  for (auto* problems : {&errors, &warnings}) {
    a.List(*problems, "problems",
           [&](Diagnostic& problem) { VisitDiagnostic(a, problem); });
  }
  a.List(others, "rules about other sources", [&](SigmaOtherSource& other) {
    a.Text(other.file, "file of a rule");
    a.Text(other.title, "title of a rule");
    a.Text(other.log_source, "log source of a rule");
  });
}

// Whether correlations name each other in a circle.
bool HasCircle(const std::vector<SigmaDocument>& documents) {
  std::vector<uint32_t> open(documents.size());
  std::vector<std::vector<uint32_t>> named_by(documents.size());
  for (uint32_t i = 0; i < documents.size(); ++i) {
    if (!documents[i].correlation) continue;
    for (const uint32_t part : documents[i].correlation->rules) {
      if (!documents[part].correlation) continue;
      ++open[i];
      named_by[part].push_back(i);
    }
  }
  std::vector<uint32_t> done;
  for (uint32_t i = 0; i < documents.size(); ++i) {
    if (open[i] == 0) done.push_back(i);
  }
  for (size_t i = 0; i < done.size(); ++i) {
    for (const uint32_t by : named_by[done[i]]) {
      if (--open[by] == 0) done.push_back(by);
    }
  }
  return done.size() != documents.size();
}

}  // namespace

std::string SealPack(std::string_view body) {
  std::string out(kMagic);
  AppendNumber(kVersion, 8, &out);
  AppendNumber(body.size(), 8, &out);
  AppendNumber(ChecksumOf(AsBytes(body)), 8, &out);
  out += body;
  return out;
}

std::string SigmaRules::ToPack() const {
  PackWriter writer;
  MappingNumbers numbers;
  std::vector<const FieldMappings*> mappings;
  for (const SigmaDocument& document : impl_->documents) {
    for (const Variant& variant : document.variants) {
      if (variant.fields == nullptr) continue;
      const auto number = static_cast<uint32_t>(mappings.size() + 1);
      if (numbers.emplace(variant.fields, number).second) {
        mappings.push_back(variant.fields);
      }
    }
  }
  writer.List(mappings, "mappings", [&](const FieldMappings* mapping) {
    FieldMappings copy = *mapping;
    VisitMappings(writer, copy);
  });
  size_t rules = impl_->documents.size();
  writer.Number(rules, 0, "rules");
  for (size_t i = 0; i < rules; ++i) {
    SigmaDocument document = impl_->documents[i];
    document.info = impl_->infos[i];
    std::vector<uint32_t> mapped;
    for (const Variant& variant : document.variants) {
      mapped.push_back(variant.fields == nullptr ? 0
                                                 : numbers.at(variant.fields));
    }
    VisitDocument(writer, document, mapped, mappings.size(), rules);
  }
  auto errors = impl_->errors;
  auto warnings = impl_->warnings;
  auto others = impl_->other_sources;
  VisitProblems(writer, errors, warnings, others);
  return SealPack(writer.Take());
}

bool SigmaRules::IsPack(std::string_view bytes) {
  return bytes.starts_with(kMagic);
}

Result<SigmaRules> SigmaRules::FromPack(std::string_view text) {
  const Bytes bytes = AsBytes(text);
  if (!IsPack(text)) {
    return Error{Errc::kBadMagic, "compiled pack of rules", 0,
                 fmt::format("expected '{}' at its beginning", kMagic)};
  }
  ByteReader header(bytes);
  header.Skip(kMagic.size(), "magic");
  const uint64_t version = header.U64("version");
  const uint64_t size = header.U64("size");
  const uint64_t checksum = header.U64("checksum");
  ESPIAL_TRY(header.status());
  if (version != kVersion) {
    return Error{Errc::kUnsupported, "version of the compiled pack", 8,
                 fmt::format("expected {}, found {}: compile the rules again",
                             kVersion, version)};
  }
  const Bytes body = bytes.subspan(kPackHeader);
  if (size != body.size()) {
    return Error{Errc::kTruncated, "compiled pack of rules", 16,
                 fmt::format("expected {} bytes behind the header, found {}",
                             size, body.size())};
  }
  if (ChecksumOf(body) != checksum) {
    return Error{Errc::kBadChecksum, "compiled pack of rules", 24,
                 "the bytes are not those that were written"};
  }
  PackReader reader(body, kPackHeader);
  auto impl = std::make_unique<Impl>();
  std::vector<FieldMappings> mappings;
  reader.List(mappings, "mappings",
              [&](FieldMappings& mapping) { VisitMappings(reader, mapping); });
  for (FieldMappings& mapping : mappings) {
    impl->mappings.push_back(std::move(mapping));
  }
  uint64_t rules = 0;
  reader.Number(rules, reader.remaining(), "rules");
  for (uint64_t i = 0; i < rules && reader.ok(); ++i) {
    SigmaDocument& document = impl->documents.emplace_back();
    std::vector<uint32_t> mapped;
    VisitDocument(reader, document, mapped, impl->mappings.size(), rules);
    for (size_t j = 0; j < document.variants.size() && reader.ok(); ++j) {
      if (mapped[j] == 0) continue;
      document.variants[j].fields = &impl->mappings[mapped[j] - 1];
    }
  }
  if (reader.ok()) reader.Check(!HasCircle(impl->documents), "correlations");
  VisitProblems(reader, impl->errors, impl->warnings, impl->other_sources);
  reader.Check(reader.remaining() == 0, "end of the pack");
  ESPIAL_TRY(reader.status());
  impl->Finish();
  return SigmaRules(std::move(impl));
}

std::vector<Diagnostic> SigmaRules::broken() const {
  std::vector<Diagnostic> out;
  for (const TableTest& test : impl_->table.tests()) {
    for (const Pattern& pattern : test.predicate->patterns) {
      const Regex* regex = pattern.regex();
      if (regex == nullptr || !regex->broken()) continue;
      out.push_back({"", 0, 0, "E014",
                     fmt::format("the regular expression '{}' of the compiled "
                                 "pack does not compile: nothing matches it",
                                 regex->text())});
    }
  }
  return out;
}

}  // namespace espial::rules
