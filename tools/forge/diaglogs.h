// The ZIP that "Collect diagnostics" of Intune leaves: what was asked for
// (results.xml), and each answer under a name that says which question it is
// the answer to: "(45) Events System Events.evtx".
#pragma once

#include <espial/core/time.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/forge/archive_member.h"

namespace espial::forge {

// The pieces of a collection.
struct DiagLogsContent {
  Ticks time;  // when it was taken
  std::vector<std::byte> cab;
  // Logs collected on their own, by channel.
  std::vector<std::pair<std::string, std::vector<std::byte>>> channels;
  // Other members under the names that they have in the ZIP. A name of the
  // form "(31) Command <what> output.log" answers that question.
  std::vector<ArchiveMember> others;
};

// "%windir%\system32\Dsregcmd.exe /status" ->
// "windir_system32_Dsregcmd_exe_status", as the names in the ZIP have it.
std::string FoldDirective(std::string_view text);

// Whether `name` begins as the ZIP's members do: "(31) Command ...".
bool IsDirectiveName(std::string_view name);

// The members: an empty "No Results - Error" one for each question that has no
// answer, and results.xml.
std::vector<ArchiveMember> MakeDiagLogs(DiagLogsContent content);

}  // namespace espial::forge
