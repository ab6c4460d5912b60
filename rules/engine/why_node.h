// Making nodes of a why tree.
#pragma once

#include <espial/rules/why.h>

#include <string>

namespace espial::rules {

// A node without children, which is true.
WhyNode MakeNode(WhyNode::Kind kind, std::string label, std::string text = {});

// The node with the value that its children make.
WhyNode Folded(WhyNode node);

}  // namespace espial::rules
