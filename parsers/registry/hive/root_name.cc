#include "parsers/registry/hive/root_name.h"

#include <espial/core/text.h>

#include <array>

namespace espial::registry_hive {
namespace {

struct Mount {
  std::string_view stem;  // of the file's name
  std::string_view path;
};

constexpr std::array<Mount, 13> kMounts = {{
    {"SYSTEM", "HKEY_LOCAL_MACHINE\\SYSTEM"},
    {"SOFTWARE", "HKEY_LOCAL_MACHINE\\SOFTWARE"},
    {"SAM", "HKEY_LOCAL_MACHINE\\SAM"},
    {"SECURITY", "HKEY_LOCAL_MACHINE\\SECURITY"},
    {"COMPONENTS", "HKEY_LOCAL_MACHINE\\COMPONENTS"},
    {"DRIVERS", "HKEY_LOCAL_MACHINE\\DRIVERS"},
    {"ELAM", "HKEY_LOCAL_MACHINE\\ELAM"},
    {"BCD", "HKEY_LOCAL_MACHINE\\BCD00000000"},
    {"BCD-Template", "HKEY_LOCAL_MACHINE\\BCD-Template"},
    {"DEFAULT", "HKEY_USERS\\.DEFAULT"},
    {"NTUSER", "HKEY_CURRENT_USER"},
    {"UsrClass", "HKEY_CURRENT_USER\\Software\\Classes"},
    {"Amcache", "Amcache"},
}};

// `path` up to its last separator is dropped, and what follows the first dot.
std::string_view StemOf(std::string_view path) {
  const size_t slash = path.find_last_of("\\/");
  if (slash != std::string_view::npos) path.remove_prefix(slash + 1);
  return path.substr(0, path.find('.'));
}

std::string_view Lookup(std::string_view path) {
  const std::string_view stem = StemOf(path);
  for (const Mount& mount : kMounts) {
    if (EqualsFold(stem, mount.stem)) return mount.path;
  }
  return {};
}

}  // namespace

std::string MountPoint(std::string_view remembered, std::string_view name) {
  std::string_view path = Lookup(remembered);
  if (path.empty()) return std::string(Lookup(name));
  if (path == "HKEY_CURRENT_USER") {
    // The accounts of services have profiles of their own.
    if (ContainsFold(remembered, "LocalService\\")) {
      return "HKEY_USERS\\S-1-5-19";
    }
    if (ContainsFold(remembered, "NetworkService\\")) {
      return "HKEY_USERS\\S-1-5-20";
    }
  }
  return std::string(path);
}

}  // namespace espial::registry_hive
