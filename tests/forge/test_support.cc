#include "tests/forge/test_support.h"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tools/forge/text_writer.h"

namespace espial::forge {

TempFolder::TempFolder() {
  std::string name =
      (std::filesystem::temp_directory_path() / "espial-forge-XXXXXX").string();
  path_ = mkdtemp(name.data()) ? name : "";
  EXPECT_NE(path_, "") << "no folder to write in";
}

TempFolder::~TempFolder() {
  std::error_code error;
  if (!path_.empty()) std::filesystem::remove_all(path_, error);
}

std::string TempFolder::Write(const std::string& name,
                              std::string_view text) const {
  const std::filesystem::path path = std::filesystem::path(path_) / name;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file << text;
  EXPECT_TRUE(file.good()) << path;
  return path.string();
}

std::string TempFolder::Write(const std::string& name,
                              const std::vector<std::byte>& bytes) const {
  return Write(name, AsChars(bytes));
}

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

Ran RunShell(const std::string& command) {
  Ran ran;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (!pipe) return ran;
  std::array<char, 4096> buffer{};
  size_t count = 0;
  while ((count = fread(buffer.data(), 1, buffer.size(), pipe)) > 0) {
    ran.output.append(buffer.data(), count);
  }
  const int status = pclose(pipe);
  ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ran;
}

bool HasTool(const std::string& name) {
  return RunShell("command -v " + name).status == 0;
}

std::string Quote(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string_view TestCatalog() {
  return R"(provider,guid,channel,id,version,level,fields,title
Contoso-Plain,,System,7,0,Warning,param1:UnicodeString;param2:UnicodeString,
Contoso-Twice,11111111-2222-3333-4444-555555555555,Security,4648,0,Informational,LogonGuid:GUID;Name:UnicodeString;LogonGuid:GUID,
Contoso-Types,22222222-2222-3333-4444-555555555555,Contoso-Types/Admin,1,0,Error,Text:UnicodeString;Code:HexInt32;Signed:Int32;Small:UInt8;Yes:Boolean;Id:GUID;When:FILETIME;Who:SID;Blob:Binary,
Contoso-Versions,33333333-2222-3333-4444-555555555555,Contoso-Versions/Operational,5,0,Verbose,Old:UnicodeString,
Contoso-Versions,33333333-2222-3333-4444-555555555555,Contoso-Versions/Operational,5,2,,"New:UnicodeString",
Microsoft-Windows-AAD,4de9bc9c-b27a-43c9-8994-0915f1a5e24f,Microsoft-Windows-AAD/Operational,1098,0,Error,Error:UInt32;ErrorMessage:UnicodeString;AdditionalInformation:UnicodeString,
Microsoft-Windows-Eventlog,fc65ddd8-d6ef-4962-83d5-6e5cfe9ce148,Security,1102,0,Informational,SubjectUserSid:SID;SubjectUserName:UnicodeString,
Microsoft-Windows-Kernel-General,a68ca8b7-004f-d7b6-a698-07e2de0f1f5d,System,1,2,Informational,NewTime:FILETIME;OldTime:FILETIME;Reason:UInt32;ProcessName:UnicodeString;ProcessID:UInt32,
Microsoft-Windows-Kernel-General,a68ca8b7-004f-d7b6-a698-07e2de0f1f5d,System,12,0,Informational,MajorVersion:UInt32;BuildVersion:UInt32;StartTime:FILETIME,
)";
}

std::vector<std::byte> Noise(size_t size, uint32_t seed) {
  std::vector<std::byte> bytes(size);
  uint32_t state = seed | 1U;
  for (std::byte& byte : bytes) {
    state ^= state << 13U;
    state ^= state >> 17U;
    state ^= state << 5U;
    byte = static_cast<std::byte>(state >> 8U & 0xFFU);
  }
  return bytes;
}

std::vector<std::byte> Prose(size_t size) {
  std::string text;
  for (uint32_t line = 0; text.size() < size; ++line) {
    text += "line " + std::to_string(line) + " of the same old story\r\n";
  }
  text.resize(size);
  return ToBytes(text);
}

}  // namespace espial::forge
