#include "tools/forge/registry_dump_writer.h"

#include <espial/core/bytes.h>
#include <espial/core/text.h>

#include <string_view>

#include "tools/forge/text_writer.h"

namespace espial::forge {
namespace {

constexpr std::string_view kCurrentUser = "HKEY_CURRENT_USER";

// "hex(7):61,00"
void AppendHex(RegistryType type, Bytes bytes, std::string* out) {
  *out += "hex(" + ToHex(static_cast<uint64_t>(type)) + "):";
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i > 0) *out += ',';
    *out += ToHex(std::to_integer<uint64_t>(bytes[i]), 2);
  }
}

// UTF-16LE with the zero that ends a string.
std::string Terminated(std::string_view utf8) {
  return ToUtf16Le(utf8) + std::string(2, '\0');
}

void AppendData(const RegistryValue& value, std::string* out) {
  switch (value.type) {
    case RegistryType::kSz:
      *out += '"' + ToCp1252(value.text) + '"';
      return;
    case RegistryType::kDword:
      *out += "DWORD:" + ToHex(value.number, 8);
      return;
    case RegistryType::kQword:
      *out += "QWORD:" + ToHex(value.number);
      return;
    case RegistryType::kBinary:
      AppendHex(value.type, value.bytes, out);
      return;
    case RegistryType::kExpandSz:
      AppendHex(value.type, AsBytes(Terminated(value.text)), out);
      return;
    case RegistryType::kMultiSz: {
      std::string strings;
      for (const std::string& text : value.texts) strings += Terminated(text);
      strings += std::string(2, '\0');
      AppendHex(value.type, AsBytes(strings), out);
      return;
    }
  }
}

void AppendKey(const RegistryKey& key, std::string* out) {
  *out += '[' + ToCp1252(key.path) + "]\r\n";
  for (const RegistryValue& value : key.values) {
    *out += "    ";
    *out += value.name.empty() ? "@" : '"' + ToCp1252(value.name) + '"';
    *out += '=';
    AppendData(value, out);
    *out += "\r\n";
  }
  *out += "\r\n";
}

}  // namespace

std::string WriteRegistryDump(const std::vector<RegistryKey>& keys) {
  std::string out;
  for (const bool user : {true, false}) {
    for (const RegistryKey& key : keys) {
      if (StartsWithFold(key.path, kCurrentUser) == user) AppendKey(key, &out);
    }
  }
  return out;
}

}  // namespace espial::forge
