#include "tools/forge/substitution.h"

#include <espial/core/text.h>

#include <utility>
#include <vector>

namespace espial::forge {
namespace {

constexpr int kMaxDepth = 8;
constexpr size_t kMaxBytes = size_t{16} << 20U;

}  // namespace

bool IsValueName(std::string_view text) {
  constexpr std::string_view kLetters =
      "_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  return !text.empty() && !(text[0] >= '0' && text[0] <= '9') &&
         text.find_first_not_of(kLetters) == std::string_view::npos;
}

void Substitution::Set(std::string name, std::string text, Location where) {
  entries_.insert_or_assign(std::move(name),
                            Entry{std::move(text), std::move(where)});
}

Result<std::string> Substitution::Expand(std::string_view text,
                                         const Location& where) const {
  std::string out;
  ESPIAL_TRY(Append(text, where, 0, &out));
  return out;
}

Result<std::string> Substitution::ExpandNode(const YamlNode& node,
                                             std::string_view what) const {
  if (!node.IsScalar()) {
    return node.Fail(std::string(what) + " must be a text");
  }
  return Expand(node.Scalar(), node.Where());
}

Status Substitution::Append(std::string_view text, const Location& where,
                            int depth, std::string* out) const {
  if (depth > kMaxDepth) {
    return where.Fail("values nest deeper than " + std::to_string(kMaxDepth) +
                      " or need each other");
  }
  while (true) {
    const size_t at = text.find("${");
    if (at != std::string_view::npos && at > 0 && text[at - 1] == '$') {
      out->append(text.substr(0, at - 1)).append("${");
      text.remove_prefix(at + 2);
      continue;
    }
    out->append(text.substr(0, at));
    // Values that hold several others could double at every level.
    if (out->size() > kMaxBytes) {
      return where.Fail("the text grows beyond " + std::to_string(kMaxBytes) +
                        " bytes");
    }
    if (at == std::string_view::npos) return {};
    text.remove_prefix(at + 2);
    const size_t end = text.find('}');
    if (end == std::string_view::npos) {
      return where.Fail("${ without a closing }; write $${ for the text ${");
    }
    const std::string_view name = text.substr(0, end);
    const auto entry = entries_.find(name);
    if (entry == entries_.end()) {
      std::string known;
      for (const auto& [key, value] : entries_) {
        known += (known.empty() ? "" : ", ") + key;
      }
      return where.Fail("no value is named '" + std::string(name) +
                        "'; there are " + known);
    }
    ESPIAL_TRY(Append(entry->second.text, entry->second.where, depth + 1, out));
    text.remove_prefix(end + 1);
  }
}

std::optional<int64_t> PlainInteger(const YamlNode& node) {
  if (!node.IsPlain()) return std::nullopt;
  std::string_view digits = node.Scalar();
  if (digits.starts_with('-')) digits.remove_prefix(1);
  const bool hexadecimal = digits.starts_with("0x") || digits.starts_with("0X");
  if (digits.starts_with('0') && digits.size() > 1 && !hexadecimal) {
    return std::nullopt;
  }
  return ParseSigned(node.Scalar());
}

}  // namespace espial::forge
