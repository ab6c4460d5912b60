// The front door of Espial.
//
//   auto result = espial::Analyze("DiagLogs-PC1.zip");
//   if (!result) { ... result.error().ToString() ... }
//   for (const espial::Finding& finding : result->findings) { ... }
//
// Everything is read; nothing is written, sent or executed. Safe to call from
// several threads at once; there are no globals.
#pragma once

#include <espial/core/limits.h>
#include <espial/core/result.h>
#include <espial/model/case.h>
#include <espial/rules/ruleset.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace espial {

struct Options {
  Limits limits;
  // Threads to use, the caller's included; 1 starts none. The result does not
  // depend on it.
  uint32_t threads = 1;
  // The rules to judge with; null means the pack that Espial carries. Must
  // outlive the call.
  const rules::RuleSet* rules = nullptr;
  // Of titles, causes and remedies; see RuleSet::Judge.
  std::string language = "en";
  // False: read only (artifacts, timeline, facts, coverage), no judgement.
  bool judge = true;
};

// Reads the file or folder at `path` (UTF-8) and judges it. An error means
// that nothing at all could be opened; whatever else is wrong is in
// Case::damage.
Result<Case> Analyze(const std::string& path, const Options& options = {});

// The same for several paths that belong to one device: a bundle and a
// Security log that was exported beside it, say. Their order does not matter.
Result<Case> Analyze(std::span<const std::string> paths,
                     const Options& options = {});

// Bytes in memory, as if they were a file called `name`.
Result<Case> AnalyzeBytes(std::string name, std::vector<std::byte> bytes,
                          const Options& options = {});

// The version of this library: "0.1.0".
std::string_view Version();

}  // namespace espial
