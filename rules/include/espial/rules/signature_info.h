// What a signature says, for people who read, list or check it.
#pragma once

#include <espial/model/finding.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace espial::rules {

// A test that a signature carries: this scenario must give this result.
struct SignatureTest {
  std::string code;
  std::string scenario;
  // Channels, "registry" or JSON file names to leave out of the bundle.
  std::vector<std::string> without;
  Verity expect = Verity::kNotMatched;
};

// A detection or correlation of a signature.
struct PartInfo {
  std::string name;
  uint32_t line = 1;    // of the file
  std::string kind;     // "event", "registry", "json", "xml", "output",
                        // "sequence", "event_count"
  std::string in_part;  // "technician", "user"; empty: the whole bundle
  std::vector<std::string> logs;    // channels, registry keys, files or reports
  std::vector<uint32_t> ids;        // of events; empty: any
  std::vector<std::string> fields;  // that it looks at, as rules spell them
  std::string text;                 // YAML as written, without indentation
};

struct SignatureInfo {
  std::string file;
  std::string code;
  std::string name;
  std::string title;
  std::string id;
  Severity severity = Severity::kInfo;
  // Conditions (empty: always) and what they give, first true one first.
  std::vector<std::pair<std::string, Confidence>> confidence;
  std::vector<std::string> stages;
  std::vector<std::string> applies_to;  // empty: every scenario
  // Each is met by any of its options: "channel X", "registry", "json X".
  std::vector<std::vector<std::string>> needs;
  std::string when;
  std::string unless;   // may be empty
  std::string suspect;  // may be empty
  std::vector<std::string> explains;
  std::vector<std::string> explained_by;  // signatures of the same rule set
  std::vector<std::string> evidence;      // fields that are shown
  std::string cause;
  std::vector<std::string> remedy;
  std::vector<std::string> links;
  std::vector<PartInfo> detections;
  std::vector<PartInfo> correlations;
  std::vector<SignatureTest> tests;
};

}  // namespace espial::rules
