// The text of what an element or an attribute holds beside elements.
#pragma once

#include <string>

#include "parsers/evtx/render/record_tree.h"

namespace espial::evtx {

// Appends the text of a value, escaped for a JSON string.
using ValueTextFunction = void (*)(const WireValue& value, std::string* out);

// Appends the pieces of `node`, escaped for a JSON string.
void AppendNodeText(const RecordTree& tree, const TreeNode& node,
                    ValueTextFunction value_text, std::string* out);

// The one child of `node`; null where it has none or several.
const TreeNode* OnlyChild(const RecordTree& tree, const TreeNode& node);

// Whether an attribute declares a namespace, which says nothing of the event.
bool IsNamespace(const TreeNode& attribute);

}  // namespace espial::evtx
