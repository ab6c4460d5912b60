#include "rules/sigma/correlation_check.h"

#include <espial/core/text.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>

#include "rules/engine/diagnostics.h"

namespace espial::rules {
namespace {

constexpr uint32_t kNone = UINT32_MAX;

class Resolver {
 public:
  Resolver(std::vector<SigmaDocument>* documents,
           std::vector<Diagnostic>* errors)
      : documents_(*documents), errors_(*errors) {}

  void Run() {
    // Whatever is taken out may take others with it.
    for (bool again = true; again;) {
      again = false;
      Number();
      for (uint32_t i = 0; i < documents_.size(); ++i) {
        if (documents_[i].correlation && !ResolveOne(i)) {
          documents_.erase(documents_.begin() + i);
          again = true;
          break;
        }
      }
    }
    Check();
  }

 private:
  void Number() {
    by_name_.clear();
    for (uint32_t i = 0; i < documents_.size(); ++i) {
      const SigmaRule& info = documents_[i].info;
      if (!info.id.empty()) by_name_.emplace(info.id, i);
      if (!info.name.empty()) by_name_.emplace(info.name, i);
    }
  }

  uint32_t Find(const std::string& name) const {
    auto found = by_name_.find(name);
    if (found == by_name_.end()) found = by_name_.find(Fold(name));
    return found == by_name_.end() ? kNone : found->second;
  }

  void Error(const SigmaDocument& document, Mark mark, std::string_view code,
             std::string message) {
    Diagnostic diagnostic;
    diagnostic.file = document.info.file;
    diagnostic.line = mark.line;
    diagnostic.column = mark.column;
    diagnostic.code = code;
    diagnostic.message = std::move(message);
    errors_.push_back(std::move(diagnostic));
  }

  bool ResolveOne(uint32_t index) {
    SigmaDocument& document = documents_[index];
    CorrelationRule& correlation = *document.correlation;
    correlation.rules.clear();
    for (const auto& [name, mark] : correlation.names) {
      const uint32_t found = Find(name);
      if (found == kNone) {
        Error(document, mark, "E010",
              fmt::format("no rule {} is loaded", Quoted(name)));
        return false;
      }
      correlation.rules.push_back(found);
    }
    if (!InCircle(index)) return true;
    Error(document, correlation.names[0].second, "E021",
          "the correlation is, in the end, one of its own rules");
    return false;
  }

  // Whether the rules of `start` lead back to it; follows those that are
  // resolved already.
  bool InCircle(uint32_t start) const {
    std::vector<bool> seen(documents_.size());
    std::vector<uint32_t> waiting = documents_[start].correlation->rules;
    while (!waiting.empty()) {
      const uint32_t at = waiting.back();
      waiting.pop_back();
      if (at == start) return true;
      if (seen[at] || !documents_[at].correlation) continue;
      seen[at] = true;
      const auto& next = documents_[at].correlation->rules;
      waiting.insert(waiting.end(), next.begin(), next.end());
    }
    return false;
  }

  // Rules that correlations name report nothing themselves, unless one of
  // them says so.
  void Check() {
    std::vector<bool> named(documents_.size());
    std::vector<bool> generated(documents_.size());
    for (const SigmaDocument& document : documents_) {
      if (!document.correlation) continue;
      for (const uint32_t rule : document.correlation->rules) {
        named[rule] = true;
        if (document.correlation->generate) generated[rule] = true;
      }
    }
    for (size_t i = 0; i < documents_.size(); ++i) {
      documents_[i].info.reports = !named[i] || generated[i];
    }
  }

  std::vector<SigmaDocument>& documents_;
  std::vector<Diagnostic>& errors_;
  std::unordered_map<std::string, uint32_t> by_name_;
};

}  // namespace

void ResolveCorrelations(std::vector<SigmaDocument>* documents,
                         std::vector<Diagnostic>* errors) {
  Resolver(documents, errors).Run();
}

}  // namespace espial::rules
