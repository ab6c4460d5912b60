// The condition of a signature with the value of every part.
#pragma once

#include <espial/rules/why.h>

#include <string>

#include "rules/engine/judgement.h"

namespace espial::rules {

struct WhyTree {
  WhyNode root;
  std::string stage;  // of the signature, in the flow of this case
};

// REQUIRES: the signature is one of the judgement's pack.
WhyTree BuildWhyTree(const Judgement& judgement, const Signature& signature);

}  // namespace espial::rules
