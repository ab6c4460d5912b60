#include "parsers/etl/templates.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include "parsers/etl/catalog.h"

namespace espial::etl {
namespace {

// Beside those of the catalogue: providers that traces of networks and of the
// system hold.
constexpr NamedProvider kFurtherProviders[] = {
    {"{15a7a4f8-0072-4eab-abad-f98a4d666aed}", "Microsoft-Windows-Dhcp-Client"},
    {"{1f678132-5938-4686-9fdc-c8ff68f15c85}", "Schannel"},
    {"{22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716}",
     "Microsoft-Windows-Kernel-Process"},
    {"{2a576b87-09a7-520e-c21a-4942f0271d67}",
     "Microsoft-Antimalware-Scan-Interface"},
    {"{2f07e2ee-15db-40f1-90ef-9d7ba282188a}", "Microsoft-Windows-TCPIP"},
    {"{43d1a55c-76d6-4f7e-995c-64c711e5cafe}", "Microsoft-Windows-WinINet"},
    {"{5bbca4a8-b209-48dc-a8c7-b23d3e5216fb}", "Microsoft-Windows-CAPI2"},
    {"{68fdd900-4a3e-11d1-84f4-0000f80464e3}", "EventTrace"},
    {"{6ad52b32-d609-4be9-ae07-ce8dae937e39}", "Microsoft-Windows-RPC"},
    {"{7d44233d-3055-4b9c-ba64-0d47ca40a232}", "Microsoft-Windows-WinHttp"},
};

struct NamedType {
  std::string_view name;
  uint8_t type;
};

constexpr std::array<NamedType, 19> kTypes = {{
    {"UnicodeString", kInUnicodeString},
    {"AnsiString", kInAnsiString},
    {"Int8", kInInt8},
    {"UInt8", kInUInt8},
    {"Int16", kInInt16},
    {"UInt16", kInUInt16},
    {"Int32", kInInt32},
    {"UInt32", kInUInt32},
    {"Int64", kInInt64},
    {"UInt64", kInUInt64},
    {"Float", kInFloat},
    {"Boolean", kInBool32},
    {"GUID", kInGuid},
    {"Pointer", kInPointer},
    {"FILETIME", kInFileTime},
    {"SYSTEMTIME", kInSystemTime},
    {"SID", kInSid},
    {"HexInt32", kInHexInt32},
    {"HexInt64", kInHexInt64},
}};

std::string Padded(uint32_t number, size_t digits) {
  std::string text = std::to_string(number);
  if (text.size() < digits) text.insert(0, digits - text.size(), '0');
  return text;
}

// One field of a template; the reader fails when it cannot be read.
Value ReadField(std::string_view type, bool last, ByteReader* reader,
                PayloadContext* context) {
  if (type == "Binary" && last) {
    // What counts its bytes is not told; at the end it takes all.
    const Bytes bytes = reader->ReadBytes(reader->remaining(), "binary");
    return {ValueType::kBinary, 0, context->arena->Copy(AsChars(bytes))};
  }
  const auto* const found =
      std::find_if(kTypes.begin(), kTypes.end(),
                   [&](const NamedType& known) { return known.name == type; });
  if (found == kTypes.end()) {
    reader->Fail(Errc::kUnsupported, "type of field");
    return {};
  }
  // Text in the middle must have its end.
  if (found->type == kInUnicodeString && reader->remaining() < 2) {
    reader->Fail(Errc::kTruncated, "string");
  }
  return ReadValue(found->type, 0, reader, context);
}

}  // namespace

std::string_view ProviderName(std::string_view guid) {
  const auto is_it = [&](const NamedProvider& known) {
    return known.guid == guid;
  };
  for (const auto& table : {CatalogProviders(), std::span<const NamedProvider>(
                                                    kFurtherProviders)}) {
    const auto found = std::find_if(table.begin(), table.end(), is_it);
    if (found != table.end()) return found->name;
  }
  return {};
}

std::optional<std::vector<Field>> DecodeManifest(std::string_view guid,
                                                 uint16_t id, uint8_t version,
                                                 Bytes payload,
                                                 PayloadContext* context) {
  const std::string key =
      std::string(guid) + " " + Padded(id, 5) + " " + Padded(version, 3);
  const std::span<const EventTemplate> templates = CatalogTemplates();
  const auto found = std::lower_bound(
      templates.begin(), templates.end(), key,
      [](const EventTemplate& entry, const std::string& wanted) {
        return entry.key < wanted;
      });
  if (found == templates.end() || found->key != key) return std::nullopt;
  std::vector<Field> fields;
  PayloadContext trial = *context;
  ByteReader reader(payload);
  std::string_view rest = found->fields;
  while (!rest.empty() && reader.ok()) {
    const size_t end = std::min(rest.find('|'), rest.size());
    const std::string_view field = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const size_t colon = field.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const Value value =
        ReadField(field.substr(colon + 1), rest.empty(), &reader, &trial);
    fields.push_back({field.substr(0, colon), value});
  }
  if (!reader.ok() || reader.remaining() != 0) return std::nullopt;
  // Text that is none means that the template does not fit.
  if (trial.replaced != context->replaced) return std::nullopt;
  return fields;
}

}  // namespace espial::etl
