// From one YAML document to a signature, a flow or a Sigma rule.
#pragma once

#include "rules/engine/catalog.h"
#include "rules/engine/loader.h"
#include "rules/engine/yaml.h"

namespace espial::rules {

// Compiles the document `root` of the file that `reporter` names, and adds it
// to `pack`. Problems are reported; a document with problems may be added all
// the same, so that checks across documents see it.
void LoadDocument(const YamlNode& root, const Reporter& reporter, Pack* pack);

}  // namespace espial::rules
