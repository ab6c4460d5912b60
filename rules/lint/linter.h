// The parts of Lint(), each in a file of its own.
#pragma once

#include <espial/rules/lint.h>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rules/engine/loader.h"
#include "rules/engine/yaml.h"

namespace espial::rules {

// Where findings go.
class LintSink {
 public:
  void Add(std::string_view file, Mark mark, std::string_view code,
           std::string message);
  // What loading said.
  void Add(const Diagnostic& diagnostic, bool error);
  std::vector<LintFinding> Take();

 private:
  std::vector<LintFinding> list_;
};

// A document, and the file that it stands in.
struct LintDocument {
  std::string file;
  YamlNode root;
};

// L005 to L008 of every detection of a document of any kind.
void LintDetections(const LintDocument& document, LintSink* sink);

// L008 to L013 of a signature. `known` holds the codes that may be explained.
void LintSignature(const Signature& signature, const LintDocument& document,
                   const std::set<std::string, std::less<>>& known,
                   LintSink* sink);

// What events.csv says: which events there are, by folded provider and by
// folded channel, and the folded names of their fields.
class EventNames {
 public:
  explicit EventNames(std::string_view events_csv);

  struct Known {
    std::map<uint32_t, std::set<std::string>> fields;  // by id
    std::set<std::string> all;
    std::string name;  // as the catalogue spells it
  };
  // Null when the catalogue knows no event of `origin`.
  [[nodiscard]] const Known* Find(std::string_view origin) const;
  // " (did you mean 'x'?)", or nothing.
  [[nodiscard]] std::string Suggest(std::string_view origin) const;

 private:
  std::map<std::string, Known, std::less<>> origins_;
};

// L001 to L004 of what rules name.
void LintReferences(std::span<const EventReference> references,
                    std::span<const LintDocument> documents,
                    const EventNames& names, LintSink* sink);
// L014.
void LintNeeds(const Signature& signature, const LintDocument& document,
               const EventNames& names, LintSink* sink);

// Where `keys` lead, from the root: the value of the last; null when they do
// not.
const YamlNode* At(const YamlNode& root,
                   std::initializer_list<std::string_view> keys);
// The place of such a value, or of the document.
Mark MarkAt(const YamlNode& root, std::initializer_list<std::string_view> keys);

}  // namespace espial::rules
