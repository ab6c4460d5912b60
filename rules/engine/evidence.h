// Evidence in words: one line for each record or fact.
#pragma once

#include <espial/model/case.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "rules/engine/catalog.h"
#include "rules/engine/evaluator.h"

namespace espial::rules {

// How far a time of quality kAssumed may be off, in ticks: zones lie between
// UTC-12 and UTC+14, and the one that it was converted with may be any of them.
inline constexpr int64_t kZoneDoubt = int64_t{26} * 3600 * 10'000'000;

// What speaks for a judgement, in order of time; facts, which have no time,
// behind events.
struct EvidenceList {
  std::vector<Evidence> shown;  // at most kMaxEvidence
  uint64_t count = 0;           // all of it
  Time first;                   // of the events; quality kNone without
  Time last;
  bool has_facts = false;
};

inline constexpr size_t kMaxEvidence = 10;

// "Domain join state: HexInt1=3 (timed out), HRESULT=0x80070774 (...)".
// `fields` are the names to show; empty: all of them, up to a bound.
std::string DescribeEvent(const Event& event, const Catalog& catalog,
                          std::span<const std::string> fields);
// "HKEY_LOCAL_MACHINE\...\FirstSync\IsSyncDone = 1".
std::string DescribeFact(const Fact& fact, const Catalog& catalog);

// The evidence of a proof. Where there is more than fits, every operand of the
// proof is shown before any is shown twice.
EvidenceList GatherEvidence(const Case& the_case, const Catalog& catalog,
                            std::span<const OperandState* const> proof,
                            std::span<const std::string> fields);

}  // namespace espial::rules
