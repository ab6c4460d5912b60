#include "tools/forge/registry_reader.h"

#include <espial/core/text.h>

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace espial::forge {
namespace {

constexpr std::string_view kEntryKeys[] = {"key", "values", "remove"};
constexpr std::string_view kRoots[] = {
    "HKEY_LOCAL_MACHINE", "HKEY_CURRENT_USER", "HKEY_USERS",
    "HKEY_CLASSES_ROOT", "HKEY_CURRENT_CONFIG"};
constexpr std::string_view kForms[] = {"string", "expand", "dword", "qword",
                                       "binary", "multi",  "remove"};

// A whole number of at most `bits`; negative ones become two's complement.
Result<uint64_t> ReadNumber(const YamlNode& node, int bits,
                            const Substitution& values) {
  ESPIAL_TRY_ASSIGN(const std::string text,
                    values.ExpandNode(node, "a number"));
  const uint64_t max = bits == 64 ? std::numeric_limits<uint64_t>::max()
                                  : std::numeric_limits<uint32_t>::max();
  if (const auto number = ParseUnsigned(text); number && *number <= max) {
    return *number;
  }
  const int64_t min = bits == 64 ? std::numeric_limits<int64_t>::min()
                                 : std::numeric_limits<int32_t>::min();
  if (const auto number = ParseSigned(text);
      number && *number < 0 && *number >= min) {
    return static_cast<uint64_t>(*number) & max;
  }
  return node.Fail(
      "'" + text + "' is no whole number of " + std::to_string(bits) + " bits" +
      (bits == 32 ? "; write { qword: ... } for larger ones" : ""));
}

Result<std::vector<std::byte>> ReadBinary(const YamlNode& node,
                                          const Substitution& values) {
  ESPIAL_TRY_ASSIGN(const std::string text,
                    values.ExpandNode(node, "binary data"));
  std::vector<std::byte> bytes;
  for (size_t i = 0; i < text.size(); i += 2) {
    const auto byte = ParseHex(std::string_view(text).substr(i, 2));
    if (!byte || text.size() % 2 != 0) {
      return node.Fail("binary data must be pairs of hexadecimal digits");
    }
    bytes.push_back(static_cast<std::byte>(*byte));
  }
  return bytes;
}

// A value in its long form, { qword: 5 }.
Status ReadForm(const YamlNode& node, const Substitution& values,
                RegistryValue* value) {
  ESPIAL_TRY(node.ExpectKeys("a registry value", kForms));
  const auto entries = node.Entries();
  if (entries.size() != 1) {
    return node.Fail("a registry value has one type, as in { qword: 5 }");
  }
  const std::string& form = entries[0].first.Scalar();
  const YamlNode& data = entries[0].second;
  if (form == "string" || form == "expand") {
    value->type =
        form == "string" ? RegistryType::kSz : RegistryType::kExpandSz;
    ESPIAL_TRY_ASSIGN(value->text, values.ExpandNode(data, form));
  } else if (form == "dword") {
    value->type = RegistryType::kDword;
    ESPIAL_TRY_ASSIGN(value->number, ReadNumber(data, 32, values));
  } else if (form == "qword") {
    value->type = RegistryType::kQword;
    ESPIAL_TRY_ASSIGN(value->number, ReadNumber(data, 64, values));
  } else if (form == "binary") {
    value->type = RegistryType::kBinary;
    ESPIAL_TRY_ASSIGN(value->bytes, ReadBinary(data, values));
  } else {
    value->type = RegistryType::kMultiSz;
    ESPIAL_TRY_ASSIGN(const auto items, data.ExpectSequence("multi"));
    for (const YamlNode& item : items) {
      ESPIAL_TRY_ASSIGN(std::string text, values.ExpandNode(item, "multi"));
      value->texts.push_back(std::move(text));
    }
  }
  return {};
}

Result<RegistryValue> ReadValue(std::string name, const YamlNode& node,
                                const Substitution& values) {
  RegistryValue value;
  value.name = std::move(name);
  if (node.IsMap()) {
    ESPIAL_TRY(ReadForm(node, values, &value));
  } else if (PlainInteger(node)) {
    value.type = RegistryType::kDword;
    ESPIAL_TRY_ASSIGN(value.number, ReadNumber(node, 32, values));
  } else {
    ESPIAL_TRY_ASSIGN(value.text, values.ExpandNode(node, "a registry value"));
  }
  return value;
}

Status CheckPath(const YamlNode& node, const std::string& path) {
  const std::string root = path.substr(0, path.find('\\'));
  for (const std::string_view known : kRoots) {
    if (root != known) continue;
    if (path.ends_with('\\') || path.find("\\\\") != std::string::npos) {
      return node.Fail("key '" + path + "' has an empty part");
    }
    return {};
  }
  return node.Fail("key '" + path +
                   "' must begin with a full root, HKEY_LOCAL_MACHINE\\...");
}

class Builder {
 public:
  explicit Builder(const Substitution& values) : values_(values) {}

  Status Apply(const YamlNode& entry);
  std::vector<RegistryKey> Take() && { return std::move(keys_); }

 private:
  using Keys = std::vector<RegistryKey>;

  Keys::iterator Find(std::string_view path) {
    return std::find_if(keys_.begin(), keys_.end(), [&](const RegistryKey& k) {
      return EqualsFold(k.path, path);
    });
  }
  Status RemoveKey(const YamlNode& node, const std::string& path);
  Status ApplyValue(const YamlNode& name_node, const YamlNode& node,
                    const std::string& path);

  const Substitution& values_;
  Keys keys_;
};

Status Builder::RemoveKey(const YamlNode& node, const std::string& path) {
  const std::string below = path + "\\";
  const auto removed = std::erase_if(keys_, [&](const RegistryKey& key) {
    return EqualsFold(key.path, path) || StartsWithFold(key.path, below);
  });
  if (removed == 0)
    return node.Fail("there is no key '" + path + "' to remove");
  return {};
}

Status Builder::ApplyValue(const YamlNode& name_node, const YamlNode& node,
                           const std::string& path) {
  const auto written = values_.ExpandNode(name_node, "a value's name");
  if (!written) return written.error();
  const std::string name = *written == "@" ? std::string() : *written;
  const auto key = Find(path);
  std::vector<RegistryValue>& list = key->values;
  const auto at = std::find_if(
      list.begin(), list.end(),
      [&](const RegistryValue& v) { return EqualsFold(v.name, name); });
  if (const auto remove = node.Find("remove")) {
    ESPIAL_TRY(node.ExpectKeys("a registry value", kForms));
    ESPIAL_TRY_ASSIGN(const bool yes, remove->ExpectBool("remove"));
    if (!yes || node.Entries().size() != 1) {
      return node.Fail("a value is taken out with { remove: true }");
    }
    if (at == list.end()) {
      return node.Fail("there is no value '" + name + "' to remove");
    }
    list.erase(at);
    return {};
  }
  ESPIAL_TRY_ASSIGN(RegistryValue value, ReadValue(name, node, values_));
  if (at == list.end()) {
    list.push_back(std::move(value));
  } else {
    *at = std::move(value);
  }
  return {};
}

Status Builder::Apply(const YamlNode& entry) {
  ESPIAL_TRY(entry.ExpectKeys("a registry entry", kEntryKeys));
  const auto key = entry.Find("key");
  const auto list = entry.Find("values");
  if (!key) return entry.Fail("'key' is missing");
  ESPIAL_TRY_ASSIGN(const std::string path, values_.ExpandNode(*key, "key"));
  ESPIAL_TRY(CheckPath(*key, path));
  if (const auto remove = entry.Find("remove")) {
    ESPIAL_TRY_ASSIGN(const bool yes, remove->ExpectBool("remove"));
    if (!yes || list) {
      return remove->Fail("a key is taken out with 'remove: true' alone");
    }
    return RemoveKey(*key, path);
  }
  if (Find(path) == keys_.end()) keys_.push_back({path, {}});
  if (!list) return {};
  ESPIAL_TRY(list->ExpectMap("values"));
  for (const auto& [name, node] : list->Entries()) {
    ESPIAL_TRY(ApplyValue(name, node, path));
  }
  return {};
}

}  // namespace

Result<std::vector<RegistryKey>> ReadRegistry(
    const std::vector<LayerPart>& parts, const Substitution& values) {
  Builder builder(values);
  for (const LayerPart& part : parts) ESPIAL_TRY(builder.Apply(part.node));
  return std::move(builder).Take();
}

}  // namespace espial::forge
