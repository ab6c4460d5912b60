#include "tools/capture/fact_pieces.h"

#include <espial/core/text.h>

#include <array>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace espial::capture {
namespace {

using forge::RegistryType;
using forge::RegistryValue;

constexpr std::string_view kJsonFormat = "autopilotjson";
constexpr std::string_view kStatusFormat = "dsregcmd";

std::optional<RegistryType> TypeOf(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, RegistryType>, 6> kTypes = {
      {{"REG_SZ", RegistryType::kSz},
       {"REG_EXPAND_SZ", RegistryType::kExpandSz},
       {"REG_BINARY", RegistryType::kBinary},
       {"REG_DWORD", RegistryType::kDword},
       {"REG_MULTI_SZ", RegistryType::kMultiSz},
       {"REG_QWORD", RegistryType::kQword}}};
  for (const auto& [known, type] : kTypes) {
    if (EqualsFold(known, name)) return type;
  }
  return std::nullopt;
}

bool IsKey(std::string_view key) {
  constexpr std::array<std::string_view, 5> kRoots = {
      "HKEY_LOCAL_MACHINE", "HKEY_CURRENT_USER", "HKEY_USERS",
      "HKEY_CLASSES_ROOT", "HKEY_CURRENT_CONFIG"};
  const std::string_view root = key.substr(0, key.find('\\'));
  bool known = false;
  for (const std::string_view name : kRoots) known = known || name == root;
  return known && !key.ends_with('\\') &&
         key.find("\\\\") == std::string_view::npos;
}

std::vector<std::byte> BytesOf(std::string_view digits) {
  std::vector<std::byte> out;
  for (size_t i = 0; i + 1 < digits.size(); i += 2) {
    out.push_back(
        static_cast<std::byte>(ParseHex(digits.substr(i, 2)).value_or(0)));
  }
  return out;
}

std::vector<std::string> LinesOf(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::optional<RegistryPiece> RegistryOf(const Fact& fact,
                                        const Cleaner& cleaner) {
  const auto type = TypeOf(fact.type);
  RegistryPiece out;
  out.key = cleaner.Text(fact.key);
  if (!type || !IsKey(out.key) || fact.name == "@") return std::nullopt;
  out.value.name = cleaner.Text(fact.name);
  out.value.type = *type;
  switch (*type) {
    case RegistryType::kSz:
    case RegistryType::kExpandSz:
      out.value.text = cleaner.Text(fact.data, fact.name);
      break;
    case RegistryType::kMultiSz:
      out.value.texts = LinesOf(cleaner.Text(fact.data, fact.name));
      break;
    case RegistryType::kBinary:
      out.value.bytes = BytesOf(cleaner.Hex(fact.data));
      break;
    case RegistryType::kDword:
    case RegistryType::kQword:
      if (!fact.number) return std::nullopt;
      out.value.number = cleaner.Number(*fact.number);
      break;
  }
  return out;
}

StatusPiece StatusOf(const Fact& fact, const Cleaner& cleaner) {
  const size_t slash = fact.name.find('/');
  const bool boxed = slash != std::string_view::npos;
  const std::string_view label =
      boxed ? fact.name.substr(slash + 1) : fact.name;
  return {std::string(boxed ? fact.name.substr(0, slash) : ""),
          std::string(label), cleaner.Text(fact.data, label)};
}

// The facts of each JSON file and output, by name: what stands below one was
// made out of it.
class MadeFacts {
 public:
  void Add(const Fact& fact) { paths_.emplace(fact.source, fact.name); }

  [[nodiscard]] bool IsMade(const Fact& fact) const {
    for (size_t at = 1; at < fact.name.size(); ++at) {
      const char c = fact.name[at];
      if (c != '.' && c != '[' && c != '/') continue;
      if (paths_.contains({fact.source, fact.name.substr(0, at)})) return true;
    }
    return false;
  }

 private:
  std::set<std::pair<SourceId, std::string_view>> paths_;
};

class FactReader {
 public:
  FactReader(const Case& the_case, const Cleaner& cleaner, Pieces* out)
      : case_(the_case), cleaner_(cleaner), out_(*out) {}

  void Read() {
    for (const Fact& fact : case_.timeline.facts()) {
      if (IsOfFile(fact) || IsOfStatus(fact)) known_.Add(fact);
    }
    for (const Artifact& artifact : case_.artifacts) {
      if (artifact.format != kJsonFormat ||
          artifact.state != ArtifactState::kWhole) {
        continue;
      }
      Piece file;
      file.what = FilePiece{cleaner_.Text(ProvenanceName(artifact.provenance))};
      file.source = artifact.id;
      out_.list.push_back(std::move(file));
    }
    for (const Fact& fact : case_.timeline.facts()) Read(fact);
  }

 private:
  [[nodiscard]] std::string_view FormatOf(const Fact& fact) const {
    return case_.artifact(fact.source).format;
  }
  [[nodiscard]] bool IsOfFile(const Fact& fact) const {
    return fact.kind == FactKind::kJson && FormatOf(fact) == kJsonFormat;
  }

  [[nodiscard]] bool IsOfStatus(const Fact& fact) const {
    return fact.kind == FactKind::kOutput && FormatOf(fact) == kStatusFormat;
  }

  void Read(const Fact& fact) {
    if (fact.recovered) return;
    if (fact.kind == FactKind::kRegistry) {
      if (auto value = RegistryOf(fact, cleaner_)) {
        Keep(fact, std::move(*value));
      } else {
        ++out_.left_out["registry values of other types or keys"];
      }
    } else if (IsOfFile(fact)) {
      if (known_.IsMade(fact)) return;
      Keep(fact, JsonPiece{cleaner_.Text(fact.key), cleaner_.Text(fact.name),
                           std::string(fact.type),
                           cleaner_.Text(fact.data, fact.name)});
    } else if (IsOfStatus(fact)) {
      if (!known_.IsMade(fact)) Keep(fact, StatusOf(fact, cleaner_));
    } else if (fact.kind == FactKind::kXml || fact.kind == FactKind::kOutput ||
               (fact.kind == FactKind::kJson &&
                !FormatOf(fact).starts_with("registry"))) {
      ++out_.left_out["facts of " + std::string(FormatOf(fact))];
    }
  }

  template <typename T>
  void Keep(const Fact& fact, T what) {
    Piece piece;
    piece.what = std::move(what);
    piece.source = fact.source;
    piece.record = fact.line;
    piece.offset = fact.offset;
    out_.list.push_back(std::move(piece));
  }

  const Case& case_;
  const Cleaner& cleaner_;
  Pieces& out_;
  MadeFacts known_;
};

}  // namespace

void AddFacts(const Case& the_case, const Cleaner& cleaner, Pieces* out) {
  FactReader(the_case, cleaner, out).Read();
}

}  // namespace espial::capture
