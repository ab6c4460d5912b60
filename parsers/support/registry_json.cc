#include "parsers/support/registry_json.h"

#include <espial/core/text.h>

#include <algorithm>
#include <array>
#include <string>

#include "parsers/support/json_facts.h"
#include "parsers/support/registry_value.h"

namespace espial {
namespace {

constexpr std::array<std::string_view, 3> kStatusNames = {
    "DevicePreparationCategory.Status", "DeviceSetupCategory.Status",
    "AccountSetupCategory.Status"};

bool HoldsJson(RegistryJsonHost host, std::string_view name) {
  switch (host) {
    case RegistryJsonHost::kNone:
      return false;
    case RegistryJsonHost::kSettings:
      return std::any_of(
          kStatusNames.begin(), kStatusNames.end(),
          [&](std::string_view known) { return EqualsFold(known, name); });
    case RegistryJsonHost::kPolicyCache:
      return EqualsFold(name, "PolicyJsonCache");
  }
  return false;
}

// Whether `key` is the key `name` (with its backslash) below a key
// Provisioning. Nearly all keys are turned away by the place of their last
// backslash.
bool IsBelowProvisioning(std::string_view key, std::string_view name) {
  constexpr std::string_view kParent = "\\Provisioning";
  if (key.size() < name.size() + kParent.size()) return false;
  const size_t start = key.size() - name.size();
  return key[start] == '\\' && EqualsFold(key.substr(start), name) &&
         EqualsFold(key.substr(start - kParent.size(), kParent.size()),
                    kParent);
}

// Whether the first character behind the brace is an escaped quote.
bool HasEscapedQuotes(std::string_view object) {
  const std::string_view inside = Trim(object.substr(1, 256));
  return inside.size() >= 2 && inside[0] == '\\' && inside[1] == '"';
}

std::string Unescape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '\\' && i + 1 < text.size() &&
                        (text[i + 1] == '"' || text[i + 1] == '\\');
    if (escape) ++i;
    out.push_back(text[i]);
  }
  return out;
}

}  // namespace

RegistryJsonHost FindRegistryJsonHost(std::string_view key) {
  if (IsBelowProvisioning(key, "\\AutopilotSettings")) {
    return RegistryJsonHost::kSettings;
  }
  if (IsBelowProvisioning(key, "\\AutopilotPolicyCache")) {
    return RegistryJsonHost::kPolicyCache;
  }
  return RegistryJsonHost::kNone;
}

void EmitRegistryJson(RegistryJsonHost host, const Fact& value,
                      const Limits& limits, Sink& sink) {
  if (!HoldsJson(host, value.name)) return;
  // A text without a brace is no JSON; as a registry fact it is whole.
  const size_t brace = value.data.find('{');
  if (brace == std::string_view::npos) return;
  std::string_view object = value.data.substr(brace);
  std::string unescaped;
  if (HasEscapedQuotes(object)) {
    unescaped = Unescape(object);
    object = unescaped;
  }
  const std::string subject = DescribeRegistryValue(value.key, value.name);
  EmitJsonFacts({object, value.name,
                 TextPlaces(Place{value.offset, value.line}), false, subject},
                limits, sink);
}

}  // namespace espial
