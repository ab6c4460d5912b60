// The text of what an element or an attribute holds beside elements.
#pragma once

#include <string>

#include "parsers/evtx/render/record_tree.h"

namespace espial::evtx {

// Appends the text of a value, escaped for a JSON string. ANSI strings are of
// `codepage`; null is windows-1252.
using ValueTextFunction = void (*)(const WireValue& value,
                                   const Codepage* codepage, std::string* out);

// Appends the pieces of `node`, escaped for a JSON string.
void AppendNodeText(const RecordTree& tree, const TreeNode& node,
                    ValueTextFunction value_text, const Codepage* codepage,
                    std::string* out);

// The one child of `node`; null where it has none or several.
const TreeNode* OnlyChild(const RecordTree& tree, const TreeNode& node);

// Whether an attribute declares a namespace, which says nothing of the event.
bool IsNamespace(const TreeNode& attribute);

}  // namespace espial::evtx
