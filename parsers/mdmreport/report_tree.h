// One item of a section of the report, as a tree in the order of the text.
//
// The element that names an item ("EnrollmentId") need not be its first, so an
// item is gathered before its facts are named. Nothing larger is held.
#pragma once

#include <espial/core/arena.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/support/xml_reader.h"

namespace espial::mdmreport {

inline constexpr uint32_t kNoNode = UINT32_MAX;

struct Node {
  std::string_view name;
  std::string_view text;  // of a leaf; what stands beside children is joined
  uint32_t parent = kNoNode;
  bool has_children = false;
  bool attribute = false;
  bool cut = false;     // the text ended within it
  size_t position = 0;  // of its start tag
  size_t value = 0;     // of its text
  // Its children of these names, or kNoNode.
  uint32_t key = kNoNode;
  uint32_t error = kNoNode;
  uint32_t time = kNoNode;
};

class ReportTree {
 public:
  // `text` is what the tokens were read from, and must outlive the tree.
  explicit ReportTree(std::string_view text) : text_(text) {}

  void Clear();
  // Takes the tokens of one element, from its start to its end. `truncated` as
  // the reader says.
  void Take(const XmlToken& token, bool truncated);
  // Parents before their children, in the order of the text.
  [[nodiscard]] const std::vector<Node>& nodes() const { return nodes_; }

 private:
  uint32_t Add(const Node& node);
  std::string_view Keep(std::string_view text);

  std::string_view text_;
  Arena arena_;
  std::vector<Node> nodes_;
  uint32_t open_ = kNoNode;
  // Text of the open elements that comes in pieces, by their level.
  std::vector<std::string> pieces_;
  size_t level_ = 0;
};

}  // namespace espial::mdmreport
