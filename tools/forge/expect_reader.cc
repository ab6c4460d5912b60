#include "tools/forge/expect_reader.h"

#include <string_view>
#include <utility>

namespace espial::forge {
namespace {

constexpr std::string_view kExpectKeys[] = {
    "scenario", "outcome",      "stopped_at",  "roots",           "matched",
    "steps",    "inconclusive", "not_matched", "no_finding_above"};
constexpr std::string_view kOutcomes[] = {"succeeded", "failed", "in_progress",
                                          "unknown"};
constexpr std::string_view kSeverities[] = {"info", "warning", "error"};
constexpr std::string_view kStates[] = {"passed",  "failed",      "running",
                                        "skipped", "not_reached", "unknown"};

// The text at `key`, one of `words` unless that is empty.
Status ReadWord(const YamlNode& node, std::string_view key,
                std::span<const std::string_view> words,
                std::optional<std::string>* out) {
  const auto value = node.Find(key);
  if (!value) return {};
  if (words.empty()) {
    // An empty text says that there is none: no step at which it stopped.
    if (!value->IsScalar()) {
      return value->Fail(std::string(key) + " must be a text");
    }
    *out = value->Scalar();
    return {};
  }
  ESPIAL_TRY_ASSIGN(const size_t word, value->ExpectWord(key, words));
  *out = std::string(words[word]);
  return {};
}

Status ReadCodes(const YamlNode& node, std::string_view key,
                 std::vector<std::string>* out) {
  if (const auto value = node.Find(key)) {
    ESPIAL_TRY_ASSIGN(*out, value->ExpectTexts(key));
  }
  return {};
}

Status ReadSteps(const YamlNode& node,
                 std::map<std::string, std::string>* out) {
  ESPIAL_TRY(node.ExpectMap("steps"));
  for (const auto& [key, value] : node.Entries()) {
    ESPIAL_TRY_ASSIGN(const size_t word,
                      value.ExpectWord("the state of a step", kStates));
    (*out)[key.Scalar()] = std::string(kStates[word]);
  }
  return {};
}

}  // namespace

Result<Expect> ReadExpect(const YamlNode& node) {
  ESPIAL_TRY(node.ExpectKeys("expect", kExpectKeys));
  Expect expect;
  expect.stated = true;
  ESPIAL_TRY(ReadWord(node, "scenario", {}, &expect.scenario));
  ESPIAL_TRY(ReadWord(node, "outcome", kOutcomes, &expect.outcome));
  ESPIAL_TRY(ReadWord(node, "stopped_at", {}, &expect.stopped_at));
  ESPIAL_TRY(ReadWord(node, "no_finding_above", kSeverities,
                      &expect.no_finding_above));
  if (node.Find("roots")) {
    expect.roots.emplace();
    ESPIAL_TRY(ReadCodes(node, "roots", &*expect.roots));
  }
  ESPIAL_TRY(ReadCodes(node, "matched", &expect.matched));
  ESPIAL_TRY(ReadCodes(node, "inconclusive", &expect.inconclusive));
  ESPIAL_TRY(ReadCodes(node, "not_matched", &expect.not_matched));
  if (const auto steps = node.Find("steps")) {
    ESPIAL_TRY(ReadSteps(*steps, &expect.steps));
  }
  return expect;
}

}  // namespace espial::forge
