#include "parsers/evtx/render/json_content.h"

#include "parsers/evtx/render/plain_text.h"

namespace espial::evtx {

using Code = Op::Code;

void JsonContent::AppendScalar(std::string* out) const {
  if (texts == 0) return;
  const bool quoted = texts > 1 || !bare;
  if (quoted) *out += '"';
  *out += text;
  if (quoted) *out += '"';
}

std::string JsonContent::Scalar() const {
  std::string out;
  AppendScalar(&out);
  return out;
}

bool SurveyContent(const std::vector<Op>& ops, const ProgramWriter& writer,
                   size_t first, size_t last, JsonContent* content) {
  content->first = first;
  content->last = last;
  for (size_t i = first; i < last; ++i) {
    const Op& op = ops[i];
    if (op.code == Code::kBeginElement) {
      content->elements = true;
      i = op.end;
    } else if (op.is_slot()) {
      ++content->slots;
      content->slot = op.slot;
    } else if (op.code == Code::kFilledSlot) {
      if (last - first > 1) return false;
      content->filled = op.slot;
      ++content->texts;
    } else {
      const size_t size = content->text.size();
      if (!writer.StaticText(op, Escape::kJson, &content->text)) return false;
      if (content->text.size() == size) continue;
      ++content->texts;
      content->bare = op.code == Code::kLiteral && IsBareInJson(op.wire_type);
    }
  }
  return true;
}

}  // namespace espial::evtx
