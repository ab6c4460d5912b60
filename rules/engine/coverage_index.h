// What a case can prove the absence of.
#pragma once

#include <espial/model/case.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/engine/match_index.h"
#include "rules/engine/routing.h"

namespace espial::rules {

// The stretch of time for which a log must speak.
struct Window {
  // From when on; nothing: only a log with its first record counts.
  std::optional<Ticks> start;
  // Ends the sentence "The System log begins at ..., after": "the user flow
  // began".
  std::string_view began = "other logs do";
  // Until when; nothing: until the bundle was taken.
  std::optional<Ticks> until;
};

// The case, the index and the routing must outlive this.
class CoverageIndex {
 public:
  CoverageIndex(const Case& the_case, const MatchIndex& matches,
                const Routing& routing);

  // Each answers nothing when absence is proven there, else one sentence that
  // says why not.
  [[nodiscard]] std::optional<std::string> MissingChannel(
      std::string_view channel, const Window& window) const;
  [[nodiscard]] std::optional<std::string> MissingRegistry(
      const std::vector<std::string>& key_parents) const;
  [[nodiscard]] std::optional<std::string> MissingJson(
      std::string_view file) const;
  // Of xml_state and output_state: `name` is the Key that a detection names.
  [[nodiscard]] std::optional<std::string> MissingReport(
      std::string_view name) const;
  // All that a detection lacks; empty when it is covered.
  [[nodiscard]] std::vector<std::string> MissingFor(uint32_t detection,
                                                    const Window& window) const;
  // What a detection of events lacks for its absence behind `event`: the log
  // that holds the event goes on behind it unless it is damaged; others must
  // cover from its time on. With `same_channel` those do not matter.
  [[nodiscard]] std::vector<std::string> MissingBehind(uint32_t detection,
                                                       const Event& event,
                                                       bool same_channel) const;

 private:
  struct Loss {
    bool lossy = false;
    uint64_t bytes = 0;
    std::string_view container;  // name of the container that has it, or empty
  };

  void ReadLosses();
  // Why the log of `coverage`, which lost nothing, does not speak for all of
  // `window`; nothing when it does.
  [[nodiscard]] std::optional<std::string> WhyTooShort(
      std::string_view name, const Coverage& coverage, Ticks begins,
      const Window& window) const;
  [[nodiscard]] std::optional<std::string> MissingBehind(
      const Event& event) const;
  [[nodiscard]] const Loss* LossOf(SourceId source) const;
  [[nodiscard]] bool HoldsRegistryKey(const std::string& parent) const;
  [[nodiscard]] std::string WhyIncomplete(std::string_view name,
                                          const Loss* loss,
                                          const Coverage* coverage) const;

  const Case& case_;
  const MatchIndex& matches_;
  const Routing& routing_;
  std::vector<Loss> losses_;  // by artifact, containers included
  std::map<std::string, std::vector<size_t>> by_channel_;  // folded
  std::vector<size_t> empty_logs_;
  std::vector<std::string> registry_keys_;  // of undamaged artifacts; sorted
  std::vector<std::string> json_files_;     // with JSON facts; the same
  // Keys, and the names of their files, of XML and output facts; the same.
  std::vector<std::string> reports_;
  bool whole_dump_ = false;
};

}  // namespace espial::rules
