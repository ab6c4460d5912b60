// From files to compiled documents.
#pragma once

#include <espial/rules/ruleset.h>

#include <span>
#include <string_view>
#include <vector>

#include "rules/engine/catalog.h"
#include "rules/engine/diagnostics.h"
#include "rules/engine/document.h"
#include "rules/engine/manifest.h"

namespace espial::rules {

// A pack of rules, compiled. Signatures by code, flows by file name.
struct Pack {
  Manifest manifest;
  Catalog catalog;
  std::vector<Signature> signatures;
  std::vector<FlowRules> flows;
  // Plain Sigma rules: compiled and checked, and part of no judgement.
  std::vector<Unit> sigma;
};

// A file of a pack as loading takes it; what it points to must outlive that.
struct PackFile {
  std::string_view name;
  std::string_view text;
  std::string_view tree;  // image of the YAML of `text`; empty: not known
};

// Compiles `files` in whatever order they come. Only a pack without
// diagnostics is fit for use.
Pack LoadPack(std::span<const PackFile> files, Diagnostics* diagnostics);
Pack LoadPack(std::span<const RuleFile> files, Diagnostics* diagnostics);

// The files of the pack that is part of the library, with their trees.
std::span<const PackFile> BuiltInPackFiles();

}  // namespace espial::rules
