// Writes the tree of a record as JSON: the plain renderer, which says what the
// fast one must print.
//
// The shape is that of evtx_dump. Element <X a="1">text<Y/></X> is
//   "X":{"#attributes":{"a":"1"},"#text":"text","Y":null}
// and without attributes and children "X":"text", or null where it is empty.
// Within EventData and UserData, <Data Name="n">v</Data> is "n":v, "" where it
// is empty; Data without a name is "Data":{"#text":v}, a list where there are
// several. Integers and booleans alone are bare. A key that its object has
// already gets _1, _2, ... at its end.
#pragma once

#include <espial/evtx_render.h>

#include <list>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/evtx/render/record_tree.h"
#include "parsers/evtx/render/unique_keys.h"

namespace espial::evtx {

class PlainJson {
 public:
  // `pool` is memory for reuse, empty.
  PlainJson(const RecordTree& tree, const Style& style,
            std::vector<TakenKey>* pool, std::string* out)
      : tree_(tree), style_(style), pool_(*pool), out_(*out) {}

  // The whole record: {"Event":...}. REQUIRES: tree.root() != kNoNode.
  void Record();

 private:
  struct Content {
    bool text = false;
    bool element = false;
  };

  [[nodiscard]] Content ContentOf(const TreeNode& node) const;
  [[nodiscard]] bool HasAttributeText(const TreeNode& element) const;
  [[nodiscard]] const TreeNode* NameOf(const TreeNode& data) const;
  // `attributes`: the value shows those of the element, too. `container`: Data
  // in it is named. `empty` is what stands for nothing.
  void ElementValue(const TreeNode& element, bool attributes, bool container,
                    std::string_view empty);
  void ElementBody(const TreeNode& element, bool attributes, bool container);
  void Member(const TreeNode& child, UniqueKeys* keys);
  void NamedData(const TreeNode& child, const TreeNode& name, UniqueKeys* keys);
  void UnnamedData(const TreeNode& element, UniqueKeys* keys);
  void DataValue(const TreeNode& data);
  void AttributesBody(const TreeNode& element);
  // The text of what `node` holds beside elements: bare or quoted.
  void ScalarValue(const TreeNode& node);
  void TextOf(const TreeNode& node);
  void Key(std::string_view name, std::string_view suffix);
  // Writes a comma, but in front of the first member.
  void Comma(bool* any);

  const RecordTree& tree_;
  const Style& style_;
  std::vector<TakenKey>& pool_;
  // Names of keys that are not written anywhere else; a list never moves
  // what it holds.
  std::list<std::string> names_;
  std::string& out_;
};

}  // namespace espial::evtx
