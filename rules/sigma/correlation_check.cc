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

// Every step is linear in the documents and the rules that they name: there may
// be thousands of correlations in one chain. A name is that of the first
// document that has it.
class Resolver {
 public:
  Resolver(std::vector<SigmaDocument>* documents,
           std::vector<Diagnostic>* errors)
      : documents_(*documents), errors_(*errors) {}

  void Run() {
    Number();
    removed_.resize(documents_.size());
    users_.resize(documents_.size());
    for (uint32_t i = 0; i < documents_.size(); ++i) Resolve(i);
    RemoveUsers();
    for (const uint32_t member : CircleFinder(documents_, removed_).Find()) {
      Remove(member, documents_[member].correlation->names[0].second, "E021",
             "the correlation is, in the end, one of its own rules");
    }
    RemoveUsers();
    TakeOut();
    Check();
  }

 private:
  // Correlations that lead back to themselves: strongly connected components
  // (Tarjan, 1972), without recursion.
  class CircleFinder {
   public:
    CircleFinder(const std::vector<SigmaDocument>& documents,
                 const std::vector<bool>& removed)
        : documents_(documents), removed_(removed), states_(documents.size()) {}

    std::vector<uint32_t> Find() {
      for (uint32_t i = 0; i < documents_.size(); ++i) {
        if (!IsLeaf(i) && states_[i].number == 0) Walk(i);
      }
      return std::move(found_);
    }

   private:
    struct State {
      uint32_t number = 0;  // of the visit; 0: none yet
      uint32_t lowest = 0;  // number that can be reached
      uint32_t next = 0;    // of its rules
      bool open = false;    // its component is not complete
    };

    [[nodiscard]] bool IsLeaf(uint32_t at) const {
      return removed_[at] || !documents_[at].correlation;
    }

    void Enter(uint32_t at) {
      states_[at].number = states_[at].lowest = ++visits_;
      states_[at].open = true;
      path_.push_back(at);
      component_.push_back(at);
    }

    void Walk(uint32_t start) {
      Enter(start);
      while (!path_.empty()) {
        const uint32_t at = path_.back();
        State& state = states_[at];
        const std::vector<uint32_t>& rules = documents_[at].correlation->rules;
        if (state.next < rules.size()) {
          const uint32_t to = rules[state.next++];
          if (IsLeaf(to)) continue;
          if (states_[to].number == 0) {
            Enter(to);
          } else if (states_[to].open) {
            state.lowest = std::min(state.lowest, states_[to].number);
          }
          continue;
        }
        path_.pop_back();
        if (!path_.empty()) {
          State& before = states_[path_.back()];
          before.lowest = std::min(before.lowest, state.lowest);
        }
        if (state.lowest == state.number) Close(at);
      }
    }

    // The component whose first member is `at`.
    void Close(uint32_t at) {
      const std::vector<uint32_t>& rules = documents_[at].correlation->rules;
      const bool circle =
          component_.back() != at ||
          std::find(rules.begin(), rules.end(), at) != rules.end();
      uint32_t member = kNone;
      do {
        member = component_.back();
        component_.pop_back();
        states_[member].open = false;
        if (circle) found_.push_back(member);
      } while (member != at);
    }

    const std::vector<SigmaDocument>& documents_;
    const std::vector<bool>& removed_;
    std::vector<State> states_;
    uint32_t visits_ = 0;
    std::vector<uint32_t> path_;
    std::vector<uint32_t> component_;
    std::vector<uint32_t> found_;
  };

  void Number() {
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

  void Remove(uint32_t index, Mark mark, std::string_view code,
              std::string message) {
    Diagnostic diagnostic;
    diagnostic.file = documents_[index].info.file;
    diagnostic.line = mark.line;
    diagnostic.column = mark.column;
    diagnostic.code = code;
    diagnostic.message = std::move(message);
    problems_.emplace_back(index, std::move(diagnostic));
    removed_[index] = true;
    gone_.push_back(index);
  }

  void RemoveFor(uint32_t index, const std::pair<std::string, Mark>& name) {
    Remove(index, name.second, "E010",
           fmt::format("no rule {} is loaded", Quoted(name.first)));
  }

  // Finds the rules of a correlation; without one of them it goes.
  void Resolve(uint32_t index) {
    if (!documents_[index].correlation) return;
    CorrelationRule& correlation = *documents_[index].correlation;
    for (const auto& name : correlation.names) {
      const uint32_t found = Find(name.first);
      if (found == kNone) return RemoveFor(index, name);
      correlation.rules.push_back(found);
      users_[found].push_back(index);
    }
  }

  // Whatever is taken out takes others with it.
  void RemoveUsers() {
    for (; !gone_.empty();) {
      const uint32_t index = gone_.back();
      gone_.pop_back();
      for (const uint32_t user : users_[index]) {
        if (removed_[user]) continue;
        const CorrelationRule& correlation = *documents_[user].correlation;
        const auto at = std::find(correlation.rules.begin(),
                                  correlation.rules.end(), index);
        RemoveFor(user, correlation.names[static_cast<size_t>(
                            at - correlation.rules.begin())]);
      }
    }
  }

  void TakeOut() {
    std::stable_sort(
        problems_.begin(), problems_.end(),
        [](const auto& a, const auto& b) { return a.first < b.first; });
    for (auto& [index, diagnostic] : problems_) {
      errors_.push_back(std::move(diagnostic));
    }
    std::vector<uint32_t> moved(documents_.size());
    uint32_t left = 0;
    for (uint32_t i = 0; i < documents_.size(); ++i) {
      if (removed_[i]) continue;
      moved[i] = left;
      if (i != left) documents_[left] = std::move(documents_[i]);
      ++left;
    }
    documents_.erase(documents_.begin() + left, documents_.end());
    for (SigmaDocument& document : documents_) {
      if (!document.correlation) continue;
      for (uint32_t& rule : document.correlation->rules) rule = moved[rule];
    }
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
  std::vector<std::vector<uint32_t>> users_;  // correlations that name it
  std::vector<bool> removed_;
  std::vector<uint32_t> gone_;  // whose users are to go
  std::vector<std::pair<uint32_t, Diagnostic>> problems_;
};

}  // namespace

void ResolveCorrelations(std::vector<SigmaDocument>* documents,
                         std::vector<Diagnostic>* errors) {
  Resolver(documents, errors).Run();
}

}  // namespace espial::rules
