#include "parsers/support/profile_values.h"

#include <espial/core/text.h>

#include <array>
#include <cstdint>
#include <string_view>

namespace espial {
namespace {

constexpr std::string_view kOobeConfig = "CloudAssignedOobeConfig";
constexpr std::string_view kJoinMethod = "CloudAssignedDomainJoinMethod";

struct Bit {
  uint64_t mask;
  std::string_view name;
};

// 1 to 16 are documented by Microsoft, the others by the programs that read
// them.
constexpr std::array<Bit, 11> kBits = {{
    {0x1, "SkipCortanaOptIn"},
    {0x2, "UserIsNotAdmin"},
    {0x4, "SkipExpressSettings"},
    {0x8, "SkipOemRegistration"},
    {0x10, "SkipEula"},
    {0x20, "TpmAttestation"},
    {0x40, "DeviceAuthentication"},
    {0x80, "TpmRequired"},
    {0x100, "SkipWindowsUpgradePage"},
    {0x200, "EnablePatchDownload"},
    {0x400, "SkipKeyboardPage"},
}};

// Whether the last step of a path is `name`.
bool IsNamed(std::string_view path, std::string_view name) {
  if (!path.ends_with(name)) return false;
  return path.size() == name.size() ||
         path[path.size() - name.size() - 1] == '.';
}

}  // namespace

void ProfileValueSink::OnFact(const Fact& fact) {
  sink_.OnFact(fact);
  const auto number =
      fact.number ? fact.number : ParseUnsigned(Trim(fact.data));
  if (!number) return;
  std::string name;
  Fact told = fact;
  const auto tell = [&](std::string_view part) {
    name = std::string(fact.name) + "." + std::string(part);
    told.name = name;
    sink_.OnFact(told);
  };
  if (IsNamed(fact.name, kOobeConfig)) {
    uint64_t rest = *number;
    told.type = "bool";
    for (const Bit& bit : kBits) {
      const bool set = (*number & bit.mask) != 0;
      rest &= ~bit.mask;
      told.data = set ? "true" : "false";
      told.number = set ? 1 : 0;
      tell(bit.name);
    }
    if (rest != 0) {
      const std::string text = "0x" + ToHex(rest);
      told.type = "number";
      told.data = text;
      told.number = rest;
      tell("OtherBits");
    }
  } else if (IsNamed(fact.name, kJoinMethod) && *number <= 1) {
    told.type = "string";
    told.data = *number == 0 ? "Entra join" : "hybrid join";
    told.number.reset();
    tell("Name");
  }
}

}  // namespace espial
