#include "tests/api/bundle.h"

#include <espial/core/time.h>
#include <espial/model/value.h>
#include <espial/report/report.h>

#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "tools/forge/evtx_writer.h"
#include "tools/forge/zip_writer.h"

namespace espial::api_test {
namespace {

namespace fs = std::filesystem;

std::vector<std::byte> ToBytes(std::string_view text) {
  const Bytes bytes = AsBytes(text);
  return {bytes.begin(), bytes.end()};
}

// The bytes of a forged file. A test cannot go on without them.
std::string Take(Result<std::vector<std::byte>> bytes) {
  if (!bytes) throw std::runtime_error(bytes.error().ToString());
  return std::string(AsChars(*bytes));
}

}  // namespace

TempFolder::TempFolder() {
  std::string pattern =
      (fs::temp_directory_path() / "espial-api-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) {
    throw std::runtime_error("cannot make " + pattern);
  }
  root_ = pattern;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  fs::remove_all(root_, ignored);
}

std::string TempFolder::Path(const std::string& name) const {
  return (root_ / name).string();
}

std::string TempFolder::Write(const std::string& name,
                              std::string_view bytes) const {
  const fs::path path = root_ / name;
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
  return path.string();
}

std::string RegistryDump(
    std::string_view key,
    const std::vector<std::pair<std::string, std::string>>& values) {
  std::string text = "[" + std::string(key) + "]\r\n";
  for (const auto& [name, value] : values) {
    text += "    \"" + name + "\"=\"" + value + "\"\r\n";
  }
  text += "\r\n";
  return text;
}

std::string Evtx(std::string_view channel, const std::vector<Record>& records) {
  std::vector<forge::EvtxRecord> forged;
  for (const Record& record : records) {
    const auto time = ParseIso8601(record.time);
    if (!time) throw std::runtime_error("no time: " + record.time);
    forge::EvtxRecord out;
    out.record_id = record.id;
    out.time = time->ticks;
    out.provider = record.provider;
    out.channel = channel;
    out.computer = record.computer;
    out.id = record.event;
    out.level = 4;
    for (const auto& [name, text] : record.text_fields) {
      out.fields.push_back({name, "UnicodeString", text});
    }
    forged.push_back(std::move(out));
  }
  return Take(forge::WriteEvtx(forged));
}

std::vector<Record> Records(uint64_t count) {
  const Ticks start = ParseIso8601("2024-07-23T10:00:00Z")->ticks;
  std::vector<Record> records;
  for (uint64_t i = 0; i < count; ++i) {
    Record record;
    record.id = i + 1;
    record.time =
        FormatUtc(AddTicks(start, static_cast<int64_t>(i) * kTicksPerSecond));
    record.event = static_cast<uint32_t>(100 + i % 7);
    record.text_fields = {{"Number", std::to_string(i)},
                          {"Text", "a value of record " + std::to_string(i)}};
    records.push_back(std::move(record));
  }
  return records;
}

std::string Zip(
    const std::vector<std::pair<std::string, std::string>>& members) {
  std::vector<forge::ArchiveMember> forged;
  for (const auto& [name, text] : members) {
    forged.push_back(
        {name, ToBytes(text), ParseIso8601("2024-07-23T10:00:00Z")->ticks});
  }
  return Take(forge::WriteZip(forged));
}

std::string NestedZip(uint32_t depth, std::string_view innermost) {
  std::string bytes = Zip({{"inner.txt", std::string(innermost)}});
  for (uint32_t i = 1; i < depth; ++i) bytes = Zip({{"z.zip", bytes}});
  return bytes;
}

std::string Describe(const Case& the_case) {
  std::string out = report::TriageJson(the_case);
  out += report::TreeText(the_case, {});
  out += "duplicates " + std::to_string(the_case.duplicate_events) + "\n";
  for (const Event& event : the_case.timeline.events()) {
    report::AppendEventJson(the_case, event, "", &out);
    out += std::to_string(event.offset) + " " +
           std::to_string(event.corrected.value) + "\n";
  }
  for (const Fact& fact : the_case.timeline.facts()) {
    out += std::to_string(fact.source.value) + ":" + std::to_string(fact.line) +
           ":" + std::to_string(fact.offset) + " ";
    report::AppendFactText(the_case, fact, {}, &out);
    out += "\n";
  }
  for (const std::string& line : DamageLines(the_case)) out += line + "\n";
  return out;
}

std::vector<std::string> DamageLines(const Case& the_case) {
  std::vector<std::string> lines;
  for (const Damage& damage : the_case.damage) {
    lines.push_back(the_case.artifact(damage.source).provenance + ": " +
                    damage.error.ToString());
  }
  return lines;
}

const Artifact* FindArtifact(const Case& the_case,
                             std::string_view provenance) {
  for (const Artifact& artifact : the_case.artifacts) {
    if (artifact.provenance == provenance) return &artifact;
  }
  return nullptr;
}

Options ReadOnly() {
  Options options;
  options.judge = false;
  return options;
}

}  // namespace espial::api_test
