// The parts of rules that a compiled pack holds, member by member.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rules/engine/pattern.h"
#include "rules/engine/value_test.h"
#include "rules/sigma/sigma_document.h"

namespace espial::rules {

// Selections and conditions within each other; loaded rules have far less.
inline constexpr uint32_t kMaxPackDepth = 2000;

template <typename A>
void VisitTexts(A& a, std::vector<std::string>& texts, const char* what) {
  a.List(texts, what, [&](std::string& text) { a.Text(text, what); });
}

template <typename A>
void VisitMark(A& a, Mark& mark) {
  a.Number(mark.line, UINT32_MAX, "line");
  a.Number(mark.column, UINT32_MAX, "column");
}

// Exactly, whatever the machine: the sum of two doubles.
template <typename A>
void VisitReal(A& a, long double& value, const char* what) {
  auto high = static_cast<double>(value);
  auto low = static_cast<double>(value - static_cast<long double>(high));
  auto high_bits = std::bit_cast<uint64_t>(high);
  auto low_bits = std::bit_cast<uint64_t>(low);
  a.Number(high_bits, UINT64_MAX, what);
  a.Number(low_bits, UINT64_MAX, what);
  if constexpr (A::kReading) {
    high = std::bit_cast<double>(high_bits);
    low = std::bit_cast<double>(low_bits);
    a.Check(std::isfinite(high) && std::isfinite(low), what);
    value = static_cast<long double>(high) + static_cast<long double>(low);
  }
}

template <typename A>
void VisitFieldName(A& a, FieldName& name) {
  a.Number(name.kind, static_cast<uint64_t>(FieldKind::kActivityId),
           "kind of field");
  a.Text(name.name, "name of field");
}

struct PackAccess {
  template <typename A>
  static void Visit(A& a, Pattern& pattern) {
    using Kind = Pattern::Kind;
    a.Number(pattern.kind_, static_cast<uint64_t>(Kind::kNetwork), "pattern");
    switch (pattern.kind_) {
      case Kind::kNull:
      case Kind::kAny:
        return;
      case Kind::kEquals:
      case Kind::kStarts:
      case Kind::kEnds:
      case Kind::kContains:
        return Simple(a, pattern);
      case Kind::kGlob:
        return Glob(a, pattern);
      case Kind::kRegex:
        return Expression(a, pattern);
      case Kind::kCompare:
        return Compare(a, pattern);
      case Kind::kNetwork:
        return Network(a, pattern);
    }
  }

 private:
  template <typename A>
  static void Simple(A& a, Pattern& pattern) {
    a.Flag(pattern.cased_, "case of pattern");
    a.Text(pattern.text_, "text of pattern");
    if (pattern.kind_ != Pattern::Kind::kEquals) {
      return a.Check(!pattern.text_.empty(), "text of pattern");
    }
    bool has_number = pattern.number_.has_value();
    a.Flag(has_number, "number of pattern");
    if (!has_number) return;
    uint64_t number = pattern.number_.value_or(0);
    a.Number(number, UINT64_MAX, "number of pattern");
    pattern.number_ = number;
  }

  template <typename A>
  static void Glob(A& a, Pattern& pattern) {
    a.Flag(pattern.cased_, "case of pattern");
    a.Flag(pattern.open_start_, "start of pattern");
    a.Flag(pattern.open_end_, "end of pattern");
    a.List(pattern.pieces_, "pieces of pattern", [&](Pattern::Piece& piece) {
      a.Text(piece.text, "piece of pattern");
      for (size_t i = 0; i < piece.text.size() && a.ok(); ++i) {
        bool any = !A::kReading && piece.any[i];
        a.Flag(any, "wildcard of pattern");
        if constexpr (A::kReading) piece.any.push_back(any);
      }
      if constexpr (A::kReading) piece.any.resize(piece.text.size());
    });
    a.Check(!pattern.pieces_.empty(), "pieces of pattern");
    if constexpr (A::kReading) {
      pattern.text_ = Pattern::LongestRun(pattern.pieces_);
    }
  }

  template <typename A>
  static void Expression(A& a, Pattern& pattern) {
    std::string text;
    std::vector<std::string> needles;
    if constexpr (!A::kReading) {
      text = pattern.regex_->text();
      needles = pattern.regex_->Needles();
    }
    a.Text(text, "regular expression");
    VisitTexts(a, needles, "text of a regular expression");
    if constexpr (A::kReading) {
      for (const std::string& needle : needles) {
        a.Check(!needle.empty(), "text of a regular expression");
      }
      pattern.regex_ = std::make_shared<const Regex>(
          Regex::Restore(std::move(text), std::move(needles)));
    }
  }

  template <typename A>
  static void Compare(A& a, Pattern& pattern) {
    Comparison comparison;
    if constexpr (!A::kReading) comparison = *pattern.comparison_;
    a.Number(comparison.op, static_cast<uint64_t>(CompareOp::kMoreEqual),
             "comparison");
    a.Number(comparison.part, static_cast<uint64_t>(TimePart::kYear),
             "part of a time");
    VisitReal(a, comparison.number, "number to compare with");
    if constexpr (A::kReading) pattern = Pattern::Compare(comparison);
  }

  template <typename A>
  static void Network(A& a, Pattern& pattern) {
    IpNetwork::Parts parts;
    if constexpr (!A::kReading) parts = pattern.network_->parts();
    for (uint8_t& byte : parts.first) a.Number(byte, UINT8_MAX, "network");
    a.Number(parts.second, 128, "bits of a network");
    if constexpr (A::kReading) {
      pattern =
          Pattern::Network(IpNetwork::FromParts(parts).value_or(IpNetwork()));
    }
  }
};

template <typename A>
void VisitPredicate(A& a, Predicate& predicate) {
  a.Number(predicate.test, static_cast<uint64_t>(Predicate::Test::kFieldRef),
           "comparison");
  FieldName field = {predicate.field, predicate.name};
  VisitFieldName(a, field);
  predicate.field = field.kind;
  predicate.name = std::move(field.name);
  a.Flag(predicate.exists, "exists");
  a.Flag(predicate.all, "all");
  a.Flag(predicate.neq, "neq");
  a.List(predicate.patterns, "values",
         [&](Pattern& pattern) { PackAccess::Visit(a, pattern); });
  uint32_t before = 0;
  a.List(predicate.runs, "runs of values", [&](uint32_t& end) {
    a.Number(end, predicate.patterns.size(), "run of values");
    a.Check(end > before, "run of values");
    before = end;
  });
  a.Check(predicate.runs.empty() || before == predicate.patterns.size(),
          "runs of values");
  a.List(predicate.others, "other fields",
         [&](FieldName& other) { VisitFieldName(a, other); });
  a.Number(predicate.anchor, static_cast<uint64_t>(Anchor::kEnds), "anchor");
  a.Flag(predicate.cased, "cased");
}

// Nodes stand in front of those that they are part of.
inline void WriteNode(const Expr& from, uint32_t index,
                      std::vector<Expr::Node>* out) {
  Expr::Node node = from.node(index);
  for (uint32_t& child : node.children) {
    WriteNode(from, child, out);
    child = static_cast<uint32_t>(out->size() - 1);
  }
  out->push_back(std::move(node));
}

template <typename A>
void VisitCondition(A& a, Expr& condition, size_t selections) {
  std::vector<Expr::Node> nodes;
  if constexpr (!A::kReading) {
    if (!condition.empty()) {
      WriteNode(condition, condition.root_index(), &nodes);
    }
  }
  std::vector<uint32_t> depths;  // 0: of a node that is part of another
  a.List(nodes, "condition", [&](Expr::Node& node) {
    a.Number(node.op, static_cast<uint64_t>(Expr::Op::kNot), "condition");
    a.Number(node.operand, UINT32_MAX, "selection of a condition");
    const bool leaf = node.op == Expr::Op::kOperand;
    a.Check(!leaf || node.operand < selections, "selection of a condition");
    uint32_t depth = 1;
    a.List(node.children, "condition", [&](uint32_t& child) {
      a.Number(child, UINT32_MAX, "part of a condition");
      if constexpr (!A::kReading) return;
      // A part of two nodes would be evaluated for each, and its parts again.
      if (child >= depths.size() || depths[child] == 0) {
        return a.Check(false, "part of a condition");
      }
      depth = std::max(depth, std::exchange(depths[child], 0) + 1);
    });
    const size_t parts = node.children.size();
    a.Check(leaf                        ? parts == 0
            : node.op == Expr::Op::kNot ? parts == 1
                                        : true,
            "parts of a condition");
    a.Check(depth <= kMaxPackDepth, "depth of a condition");
    depths.push_back(depth);
  });
  a.Check(!nodes.empty(), "condition");
  if constexpr (A::kReading) {
    if (!a.ok()) return;
    for (Expr::Node& node : nodes) condition.Add(std::move(node));
    condition.set_root(static_cast<uint32_t>(nodes.size() - 1));
  }
}

template <typename A>
void VisitDetection(A& a, Detection& detection) {
  a.Text(detection.name, "name of a detection");
  VisitMark(a, detection.mark);
  a.List(detection.selections, "selections", [&](Selection& selection) {
    a.Text(selection.name, "name of a selection");
    a.List(selection.groups, "groups", [&](Group& group) {
      a.List(group.predicates, "comparisons",
             [&](Predicate& predicate) { VisitPredicate(a, predicate); });
    });
  });
  VisitCondition(a, detection.condition, detection.selections.size());
}

template <typename A>
void VisitInfo(A& a, SigmaRule& info) {
  for (std::string* text :
       {&info.file, &info.title, &info.id, &info.name, &info.author,
        &info.status, &info.description, &info.license}) {
    a.Text(*text, "text of a rule");
  }
  a.Number(info.line, UINT32_MAX, "line");
  a.Number(info.level, static_cast<uint64_t>(SigmaLevel::kCritical), "level");
  VisitTexts(a, info.tags, "tags");
  VisitTexts(a, info.references, "references");
  VisitTexts(a, info.falsepositives, "falsepositives");
  a.Flag(info.is_correlation, "kind of rule");
  a.Flag(info.reports, "reports");
}

template <typename A>
void VisitDiagnostic(A& a, Diagnostic& diagnostic) {
  a.Text(diagnostic.file, "file of a problem");
  a.Number(diagnostic.line, UINT32_MAX, "line of a problem");
  a.Number(diagnostic.column, UINT32_MAX, "column of a problem");
  a.Text(diagnostic.code, "code of a problem");
  a.Text(diagnostic.message, "text of a problem");
}

// `rules` is how many the pack has.
template <typename A>
void VisitCorrelation(A& a, CorrelationRule& rule, size_t rules) {
  a.Number(rule.type,
           static_cast<uint64_t>(CorrelationRule::Type::kValuePercentile),
           "type of a correlation");
  a.List(rule.names, "rules of a correlation", [&](auto& name) {
    a.Text(name.first, "rule of a correlation");
    VisitMark(a, name.second);
  });
  a.List(rule.rules, "rules of a correlation", [&](uint32_t& number) {
    a.Number(number, rules - 1, "rule of a correlation");
  });
  a.Check(rule.rules.size() == rule.names.size() && !rule.rules.empty(),
          "rules of a correlation");
  VisitTexts(a, rule.group_by, "group-by");
  a.Number(rule.timespan, INT64_MAX, "timespan");
  a.List(rule.conditions, "conditions of a correlation", [&](auto& condition) {
    a.Number(condition.first, static_cast<uint64_t>(CorrelationRule::Op::kNeq),
             "condition of a correlation");
    VisitReal(a, condition.second, "condition of a correlation");
  });
  VisitTexts(a, rule.fields, "fields of a correlation");
  long double percentile = rule.percentile;
  VisitReal(a, percentile, "percentile");
  a.Check(percentile >= 0 && percentile <= 100, "percentile");
  rule.percentile = static_cast<double>(percentile);
  // Maps, as lists of their entries.
  using Names = std::vector<std::pair<std::string, std::string>>;
  std::vector<std::pair<std::string, Names>> aliases;
  if constexpr (!A::kReading) {
    for (const auto& [alias, names] : rule.aliases) {
      aliases.emplace_back(alias, Names(names.begin(), names.end()));
    }
  }
  a.List(aliases, "aliases", [&](auto& alias) {
    a.Text(alias.first, "alias");
    a.List(alias.second, "alias", [&](auto& name) {
      a.Text(name.first, "rule of an alias");
      a.Text(name.second, "field of an alias");
    });
  });
  if constexpr (A::kReading) {
    for (auto& [alias, names] : aliases) {
      rule.aliases[alias].insert(names.begin(), names.end());
    }
  }
  a.Flag(rule.generate, "generate");
}

}  // namespace espial::rules
