// Which events and facts a detection is worth testing against.
#include <espial/core/text.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "rules/engine/detection.h"

namespace espial::rules {
namespace {

// Routes: each dimension is a set of allowed values, or no limit.
template <typename T>
using Limit = std::optional<std::vector<T>>;

template <typename T>
Limit<T> Both(Limit<T> a, Limit<T> b) {
  if (!a) return b;
  if (!b) return a;
  std::vector<T> out;
  std::set_intersection(a->begin(), a->end(), b->begin(), b->end(),
                        std::back_inserter(out));
  return out;
}

template <typename T>
Limit<T> Either(Limit<T> a, Limit<T> b) {
  if (!a || !b) return std::nullopt;
  std::vector<T> out;
  std::set_union(a->begin(), a->end(), b->begin(), b->end(),
                 std::back_inserter(out));
  return out;
}

Routes Both(Routes a, Routes b) {
  return {Both(std::move(a.channels), std::move(b.channels)),
          Both(std::move(a.providers), std::move(b.providers)),
          Both(std::move(a.ids), std::move(b.ids)),
          Both(std::move(a.names), std::move(b.names))};
}

Routes Either(Routes a, Routes b) {
  return {Either(std::move(a.channels), std::move(b.channels)),
          Either(std::move(a.providers), std::move(b.providers)),
          Either(std::move(a.ids), std::move(b.ids)),
          Either(std::move(a.names), std::move(b.names))};
}

template <typename T>
void SortUnique(std::vector<T>* list) {
  std::sort(list->begin(), list->end());
  list->erase(std::unique(list->begin(), list->end()), list->end());
}

Routes RoutesOf(const Predicate& predicate) {
  Routes routes;
  if (predicate.test != Predicate::Test::kMatch || predicate.neq) return routes;
  // With "all" every value must fit, so the first alone is a sound limit.
  const size_t first_run = predicate.runs.empty() ? 1 : predicate.runs[0];
  const size_t count = predicate.all ? first_run : predicate.patterns.size();
  if (predicate.field == FieldKind::kEventId) {
    std::vector<uint64_t> ids;
    for (size_t i = 0; i < count; ++i) {
      const auto number = predicate.patterns[i].number();
      if (!number) return routes;
      ids.push_back(*number);
    }
    SortUnique(&ids);
    routes.ids = std::move(ids);
    return routes;
  }
  if (predicate.field != FieldKind::kChannel &&
      predicate.field != FieldKind::kProvider &&
      predicate.field != FieldKind::kName) {
    return routes;
  }
  std::vector<std::string> texts;
  for (size_t i = 0; i < count; ++i) {
    const Pattern& pattern = predicate.patterns[i];
    // A number fits other spellings too, so its text is no limit.
    if (!pattern.exact() || pattern.number()) return routes;
    texts.emplace_back(*pattern.exact());
  }
  SortUnique(&texts);
  if (predicate.field == FieldKind::kChannel) {
    routes.channels = std::move(texts);
  } else if (predicate.field == FieldKind::kProvider) {
    routes.providers = std::move(texts);
  } else if (predicate.field == FieldKind::kName) {
    routes.names = std::move(texts);
  }
  return routes;
}

Routes RoutesOf(const Selection& selection) {
  Routes out;
  for (size_t i = 0; i < selection.groups.size(); ++i) {
    Routes group = GroupRoutes(selection.groups[i]);
    out = i == 0 ? std::move(group) : Either(std::move(out), std::move(group));
  }
  return out;
}

Routes RoutesOf(const Detection& detection, const Expr::Node& node) {
  Routes out;
  switch (node.op) {
    case Expr::Op::kOperand:
      return RoutesOf(detection.selections[node.operand]);
    case Expr::Op::kNot:
      return out;
    case Expr::Op::kAnd:
      for (const uint32_t child : node.children) {
        out = Both(std::move(out),
                   RoutesOf(detection, detection.condition.node(child)));
      }
      return out;
    case Expr::Op::kOr:
      for (size_t i = 0; i < node.children.size(); ++i) {
        Routes next =
            RoutesOf(detection, detection.condition.node(node.children[i]));
        out =
            i == 0 ? std::move(next) : Either(std::move(out), std::move(next));
      }
      return out;
  }
  return out;
}

}  // namespace

Routes GroupRoutes(const Group& group) {
  Routes routes;
  for (const Predicate& predicate : group.predicates) {
    routes = Both(std::move(routes), RoutesOf(predicate));
  }
  return routes;
}

Routes ComputeRoutes(const Detection& detection) {
  Routes routes;
  if (!detection.condition.empty()) {
    routes = RoutesOf(detection, detection.condition.root());
  }
  if (!detection.service_channels.empty()) {
    std::vector<std::string> channels;
    for (const std::string& channel : detection.service_channels) {
      channels.push_back(Fold(channel));
    }
    SortUnique(&channels);
    routes.channels =
        Both(std::move(routes.channels), Limit<std::string>(channels));
  }
  return routes;
}

}  // namespace espial::rules
