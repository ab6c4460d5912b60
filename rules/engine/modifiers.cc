#include "rules/engine/modifiers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace espial::rules {
namespace {

using std::string_view;

constexpr std::array<string_view, 31> kNames = {
    "all",    "startswith",   "endswith", "contains", "exists",  "cased",
    "neq",    "windash",      "re",       "i",        "m",       "s",
    "base64", "base64offset", "utf16le",  "wide",     "utf16be", "utf16",
    "lt",     "lte",          "gt",       "gte",      "minute",  "hour",
    "day",    "week",         "month",    "year",     "cidr",    "fieldref",
    "expand"};

template <typename T, size_t N>
std::optional<T> Find(const std::array<std::pair<string_view, T>, N>& table,
                      string_view word) {
  for (const auto& [name, value] : table) {
    if (name == word) return value;
  }
  return std::nullopt;
}

constexpr std::array<std::pair<string_view, Anchor>, 3> kAnchors = {{
    {"contains", Anchor::kContains},
    {"startswith", Anchor::kStarts},
    {"endswith", Anchor::kEnds},
}};
constexpr std::array<std::pair<string_view, Transform>, 8> kTransforms = {{
    {"expand", Transform::kExpand},
    {"windash", Transform::kWindash},
    {"utf16le", Transform::kUtf16Le},
    {"wide", Transform::kUtf16Le},
    {"utf16be", Transform::kUtf16Be},
    {"utf16", Transform::kUtf16},
    {"base64", Transform::kBase64},
    {"base64offset", Transform::kBase64Offset},
}};
constexpr std::array<std::pair<string_view, CompareOp>, 4> kCompare = {{
    {"lt", CompareOp::kLess},
    {"lte", CompareOp::kLessEqual},
    {"gt", CompareOp::kMore},
    {"gte", CompareOp::kMoreEqual},
}};
constexpr std::array<std::pair<string_view, TimePart>, 6> kTimeParts = {{
    {"minute", TimePart::kMinute},
    {"hour", TimePart::kHour},
    {"day", TimePart::kDay},
    {"week", TimePart::kWeek},
    {"month", TimePart::kMonth},
    {"year", TimePart::kYear},
}};

bool IsEncoding(Transform transform) {
  return transform != Transform::kExpand && transform != Transform::kWindash;
}

class ModifierReader {
 public:
  ModifierReader(string_view key, Mark mark, const Reporter& reporter)
      : key_(key), mark_(mark), reporter_(reporter) {}

  bool Read(Modifiers* out) {
    size_t bar = key_.find('|');
    while (bar != string_view::npos) {
      const size_t begin = bar + 1;
      bar = key_.find('|', begin);
      const string_view word =
          key_.substr(begin, bar == string_view::npos ? bar : bar - begin);
      at_ = {mark_.line, mark_.column + static_cast<uint32_t>(begin)};
      if (!ReadOne(word, out)) return false;
    }
    return Check(*out);
  }

 private:
  using Test = Modifiers::Test;

  bool Fail(Mark at, string_view code, std::string message) const {
    reporter_.Error(at, code, std::move(message));
    return false;
  }

  bool Together() const {
    return Fail(mark_, "E013",
                fmt::format("these modifiers do not go together: {}",
                            Quoted(key_.substr(key_.find('|') + 1))));
  }

  bool SetTest(Test test, Modifiers* out) const {
    if (out->test != Test::kText && out->test != test) return Together();
    out->test = test;
    return true;
  }

  bool ReadOne(string_view word, Modifiers* out) {
    if (const auto anchor = Find(kAnchors, word)) {
      if (out->anchored) {
        return Fail(at_, "E013",
                    "only one of contains, startswith and endswith is allowed");
      }
      out->anchored = true;
      out->anchor = *anchor;
      return true;
    }
    if (const auto transform = Find(kTransforms, word)) {
      if (out->anchored && IsEncoding(*transform)) {
        return Fail(at_, "E013",
                    fmt::format("'{}' must stand in front of contains, "
                                "startswith and endswith",
                                word));
      }
      // What doubles the text must not do so again and again.
      if (std::find(out->transforms.begin(), out->transforms.end(),
                    *transform) != out->transforms.end()) {
        return Fail(at_, "E013", fmt::format("'{}' stands twice", word));
      }
      out->transforms.push_back(*transform);
      return true;
    }
    if (const auto op = Find(kCompare, word)) {
      if (out->compares) return Together();
      out->compares = true;
      out->comparison.op = *op;
      return SetTest(Test::kCompare, out);
    }
    if (const auto part = Find(kTimeParts, word)) {
      if (out->comparison.part != TimePart::kNone) return Together();
      out->comparison.part = *part;
      return SetTest(Test::kCompare, out);
    }
    if (word == "i" || word == "m" || word == "s") {
      if (out->test != Test::kRegex) {
        return Fail(at_, "E013",
                    fmt::format("'{}' must stand behind 're'", word));
      }
      if (out->regex_flags.find(word) == std::string::npos) {
        out->regex_flags += word;
      }
      return true;
    }
    if (word == "re") return SetTest(Test::kRegex, out);
    if (word == "exists") return SetTest(Test::kExists, out);
    if (word == "cidr") return SetTest(Test::kNetwork, out);
    if (word == "fieldref") return SetTest(Test::kFieldRef, out);
    if (word == "all") {
      out->all = true;
    } else if (word == "cased") {
      out->cased = true;
    } else if (word == "neq") {
      out->neq = true;
    } else {
      return Fail(at_, "E012",
                  fmt::format("unknown modifier {}{}", Quoted(word),
                              DidYouMean(word, kNames)));
    }
    return true;
  }

  bool Check(const Modifiers& m) const {
    const bool plain = m.test == Test::kText;
    const bool text = plain || m.test == Test::kFieldRef;
    if ((m.anchored || m.cased) && !text) return Together();
    if (m.test == Test::kExists && (m.all || m.neq)) return Together();
    const bool only_expands =
        std::all_of(m.transforms.begin(), m.transforms.end(),
                    [](Transform t) { return t == Transform::kExpand; });
    // A regular expression and a network may come out of a placeholder.
    if (!plain &&
        !(only_expands && (m.test == Test::kRegex || m.test == Test::kNetwork ||
                           m.transforms.empty()))) {
      return Together();
    }
    bool encoded = false;
    bool base64 = false;
    for (const Transform transform : m.transforms) {
      // What was encoded has neither dashes nor placeholders, and nothing
      // stands behind base64.
      if (base64 || (encoded && !IsEncoding(transform))) return Together();
      encoded = encoded || IsEncoding(transform);
      base64 = transform == Transform::kBase64 ||
               transform == Transform::kBase64Offset;
    }
    return true;
  }

  string_view key_;
  Mark mark_;
  Mark at_;
  const Reporter& reporter_;
};

}  // namespace

bool Modifiers::encodes() const {
  return std::any_of(transforms.begin(), transforms.end(), IsEncoding);
}

std::optional<Modifiers> ReadModifiers(string_view key, Mark mark,
                                       const Reporter& reporter) {
  Modifiers out;
  if (!ModifierReader(key, mark, reporter).Read(&out)) return std::nullopt;
  return out;
}

}  // namespace espial::rules
