// Names of members of Intune's "Collect diagnostics" archives. They say what
// was asked for, and that nothing came of it.
//
//   (4) RegistryKey HKLM_Software_Microsoft_Enrollments export.reg
//   (64) FoldersFiles ProgramData_..._Logs/intunemanagementextension.log
//   (1) No Results - Error [0x80070001] RegistryKey HKLM_SOFTWARE_...
//
// The last form is an empty file: its name is all there is. The numbers change
// with every release of the service.
#pragma once

#include <espial/model/sink.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace espial {

enum class DirectiveType : uint8_t {
  kRegistryKey,
  kCommand,
  kEvents,
  kFoldersFiles,
};
std::string_view DirectiveTypeName(DirectiveType type);  // "RegistryKey", ...
// By its name, case folded.
std::optional<DirectiveType> FindDirectiveType(std::string_view name);

// A view into the name that was parsed.
struct DirectiveName {
  uint64_t ordinal = 0;
  DirectiveType type = DirectiveType::kRegistryKey;
  // The result of a directive without results.
  std::optional<uint32_t> error;
  // What was asked for, with separators folded to '_'; perhaps cut.
  std::string_view descriptor;
  // What is behind the descriptor: "export.reg", "output.log", "Events.evtx",
  // or the path of a collected file; empty for a directive without results.
  std::string_view file;
};

// Parses the first part of `path` that fits; '/' and '\' separate parts.
// Nothing when none does.
std::optional<DirectiveName> ParseDirectiveName(std::string_view path);

// In the old layout every directive has a folder named by its number: "17".
// The number of the first such part; nothing when there is none.
std::optional<uint64_t> ParseDirectiveFolder(std::string_view path);

// Puts what an empty member's name says into the sink, as a fact: key
// "directive", name "(N) <type> <descriptor>", type "failed", data the error,
// `offset` where the member's entry stands. False when it says nothing.
bool EmitDirectiveWithoutResults(std::string_view path, uint64_t offset,
                                 Sink& sink);

}  // namespace espial
