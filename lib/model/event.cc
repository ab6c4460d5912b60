#include <espial/core/text.h>
#include <espial/model/event.h>

#include <tuple>

namespace espial {

const Value* Event::FindField(std::string_view name) const {
  for (const Field& field : fields) {
    if (EqualsFold(field.name, name)) return &field.value;
  }
  return nullptr;
}

bool EventBefore(const Event& a, const Event& b) {
  return std::tie(a.corrected, a.source, a.record, a.offset) <
         std::tie(b.corrected, b.source, b.record, b.offset);
}

}  // namespace espial
