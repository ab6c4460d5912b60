#include "tools/forge/bundle.h"

#include <espial/core/text.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <utility>

#include "tools/forge/background.h"
#include "tools/forge/cab_writer.h"
#include "tools/forge/diaglogs.h"
#include "tools/forge/evtx_writer.h"
#include "tools/forge/footprint_writer.h"
#include "tools/forge/registry_dump_writer.h"
#include "tools/forge/story_player.h"
#include "tools/forge/text_writer.h"
#include "tools/forge/zip_writer.h"

namespace espial::forge {
namespace {

constexpr std::string_view kRegistryDump = "MdmDiagReport_RegistryDump.reg";
constexpr std::string_view kFootprint = "MdmLogCollectorFootPrint.txt";
constexpr std::string_view kFolderCab = "MDMDiagReport.cab";
constexpr std::string_view kRegistryPart = "registry";

// The collector starts this long after the last entry of the story.
constexpr int64_t kCollectionDelay = 30 * kTicksPerSecond;

// What `without` takes out, and whether each name took anything.
class Without {
 public:
  explicit Without(std::span<const std::string> names)
      : names_(names), used_(names.size(), false) {}

  bool Takes(std::string_view name) {
    bool takes = false;
    for (size_t i = 0; i < names_.size(); ++i) {
      if (EqualsFold(names_[i], name)) takes = used_[i] = true;
    }
    return takes;
  }

  [[nodiscard]] Status Check() const {
    for (size_t i = 0; i < names_.size(); ++i) {
      if (!used_[i]) {
        return Error{Errc::kNotFound, "without", 0,
                     "the bundle has no part '" + names_[i] + "'"};
      }
    }
    return {};
  }

 private:
  std::span<const std::string> names_;
  std::vector<bool> used_;
};

// The folder a file of this name is collected from.
std::string_view SourceFolder(std::string_view name) {
  if (EqualsFold(name, "AutopilotDDSZTDFile.json")) {
    return "C:\\Windows\\ServiceState\\wmansvc\\";
  }
  if (StartsWithFold(name, "Autopilot")) {
    return "C:\\Windows\\ServiceState\\Autopilot\\";
  }
  if (StartsWithFold(name, "setup")) return "C:\\Windows\\Panther\\";
  return "C:\\ProgramData\\Microsoft\\IntuneManagementExtension\\Logs\\";
}

class BundleMaker {
 public:
  BundleMaker(const Scenario& scenario, PlayedStory story,
              std::span<const std::string> without)
      : scenario_(scenario),
        story_(std::move(story)),
        registry_(WithBackgroundKeys(scenario.background, scenario.registry)),
        time_(AddTicks(story_.end, kCollectionDelay)),
        without_(without) {}

  Result<std::vector<ForgedFile>> Make();

 private:
  // The files of a channel: its archives, then the log, called `name`.
  [[nodiscard]] Result<std::vector<ForgedFile>> Evtx(
      const std::string& channel, const std::string& name) const;
  // What an area archive holds.
  Result<std::vector<ArchiveMember>> AreaMembers();
  Status AppendArea(std::vector<ArchiveMember>* members,
                    std::vector<CopiedFile>* copied);
  // Files of the scenario that stand inside or beside the archive.
  void AppendFiles(bool beside, std::vector<ArchiveMember>* members);
  // Whether a file of the scenario stands beside the archive.
  [[nodiscard]] bool IsBeside(const ScenarioFile& file) const;
  Status TakeRemoved(std::vector<ArchiveMember>* members) const;
  Result<std::vector<std::byte>> Cab();
  Result<std::vector<ForgedFile>> DiagLogs();
  Result<std::vector<ForgedFile>> Folder();
  [[nodiscard]] int32_t bias() const {
    return scenario_.device.zone.bias_minutes;
  }

  const Scenario& scenario_;
  PlayedStory story_;
  std::vector<RegistryKey> registry_;
  Ticks time_;
  Without without_;
};

Result<std::vector<ForgedFile>> BundleMaker::Evtx(
    const std::string& channel, const std::string& name) const {
  const ChannelLog* log = story_.Find(channel);
  std::span<const EvtxRecord> records;
  if (log != nullptr) records = log->records;
  records = records.last(static_cast<size_t>(
      static_cast<double>(records.size()) * scenario_.bundle.newest));
  const size_t count =
      std::max<size_t>(1, std::min(scenario_.bundle.parts, records.size()));
  std::vector<ForgedFile> files;
  for (size_t i = 0; i < count; ++i) {
    const size_t begin = records.size() * i / count;
    const size_t end = records.size() * (i + 1) / count;
    auto bytes = WriteEvtx({records.begin() + static_cast<ptrdiff_t>(begin),
                            records.begin() + static_cast<ptrdiff_t>(end)});
    if (!bytes) {
      Error error = std::move(bytes).error();
      error.what = scenario_.path + ": " + channel + ": " + error.what;
      return error;
    }
    files.push_back({i + 1 == count
                         ? name
                         : "Archive-" + std::to_string(i + 1) + "-" + name,
                     std::move(*bytes)});
  }
  return files;
}

bool BundleMaker::IsBeside(const ScenarioFile& file) const {
  return file.beside || (scenario_.bundle.kind == BundleKind::kDiagLogsZip &&
                         IsDirectiveName(file.name));
}

void BundleMaker::AppendFiles(bool beside,
                              std::vector<ArchiveMember>* members) {
  for (const ScenarioFile& file : scenario_.files) {
    if (IsBeside(file) != beside || without_.Takes(file.name)) continue;
    members->push_back(
        {file.name, EncodeText(file.text, file.encoding), time_});
  }
}

Status BundleMaker::AppendArea(std::vector<ArchiveMember>* members,
                               std::vector<CopiedFile>* copied) {
  AppendFiles(false, members);
  for (const PlayedFile& file : story_.files) {
    if (without_.Takes(file.name)) continue;
    members->push_back({file.name, ToBytes(file.bytes), time_});
  }
  for (const ArchiveMember& member : *members) {
    copied->emplace_back(std::string(SourceFolder(member.name)) + member.name,
                         member.name);
  }
  for (const std::string& channel : scenario_.bundle.channels) {
    const std::string name = AreaFileName(channel);
    const bool named = without_.Takes(channel);
    if (without_.Takes(name) || named) continue;
    ESPIAL_TRY_ASSIGN(auto files, Evtx(channel, name));
    copied->emplace_back(
        "C:\\Windows\\System32\\winevt\\Logs\\" + LogFileName(channel), name);
    for (ForgedFile& file : files) {
      members->push_back({std::move(file.name), std::move(file.bytes), time_});
    }
  }
  return {};
}

Status BundleMaker::TakeRemoved(std::vector<ArchiveMember>* members) const {
  for (const RemovedFile& removed : scenario_.removed_files) {
    const auto count =
        std::erase_if(*members, [&](const ArchiveMember& member) {
          return EqualsFold(member.name, removed.name);
        });
    if (count == 0 && !removed.was_inherited) {
      return removed.where.Fail("there is no file '" + removed.name +
                                "' to remove");
    }
  }
  return {};
}

Result<std::vector<ArchiveMember>> BundleMaker::AreaMembers() {
  std::vector<ArchiveMember> members;
  std::vector<CopiedFile> copied;
  ESPIAL_TRY(AppendArea(&members, &copied));
  const auto has = [&](std::string_view name) {
    return std::any_of(members.begin(), members.end(),
                       [&](const ArchiveMember& member) {
                         return EqualsFold(member.name, name);
                       });
  };
  const bool no_part = without_.Takes(kRegistryPart);
  const bool no_dump = without_.Takes(kRegistryDump) || no_part;
  if (!no_dump && !has(kRegistryDump)) {
    members.push_back({std::string(kRegistryDump),
                       ToBytes(WriteRegistryDump(registry_)), time_});
  }
  if (!without_.Takes(kFootprint) && !has(kFootprint)) {
    members.push_back(
        {std::string(kFootprint),
         ToBytes(WriteFootprint(time_, copied, no_dump ? nullptr : &registry_)),
         time_});
  }
  ESPIAL_TRY(TakeRemoved(&members));
  AddBackgroundFiles(scenario_.background, time_, &members);
  std::stable_sort(members.begin(), members.end(),
                   [](const ArchiveMember& a, const ArchiveMember& b) {
                     return Fold(a.name) < Fold(b.name);
                   });
  // Two files of one name could hide each other: a file of the scenario that
  // has the name of a channel's file takes its place.
  for (size_t i = 1; i < members.size(); ++i) {
    if (EqualsFold(members[i - 1].name, members[i].name)) {
      members.erase(members.begin() + static_cast<std::ptrdiff_t>(i--));
    }
  }
  return members;
}

Result<std::vector<std::byte>> BundleMaker::Cab() {
  ESPIAL_TRY_ASSIGN(const auto members, AreaMembers());
  return WriteCab(members, {scenario_.bundle.compression, bias(), 0});
}

Result<std::vector<ForgedFile>> BundleMaker::DiagLogs() {
  DiagLogsContent content;
  content.time = time_;
  ESPIAL_TRY_ASSIGN(content.cab, Cab());
  for (const std::string channel : {"Application", "System"}) {
    if (without_.Takes(channel)) continue;
    ESPIAL_TRY_ASSIGN(auto logs, Evtx(channel, LogFileName(channel)));
    content.channels.emplace_back(channel, std::move(logs.back().bytes));
    logs.pop_back();
    for (ForgedFile& log : logs) {
      content.others.push_back(
          {std::move(log.name), std::move(log.bytes), time_});
    }
  }
  AppendFiles(true, &content.others);
  ESPIAL_TRY_ASSIGN(auto zip,
                    WriteZip(MakeDiagLogs(std::move(content)), {bias(), true}));
  return std::vector<ForgedFile>{{scenario_.bundle.name, std::move(zip)}};
}

Result<std::vector<ForgedFile>> BundleMaker::Folder() {
  const std::string folder = scenario_.bundle.name + "/";
  std::vector<ForgedFile> files;
  ESPIAL_TRY_ASSIGN(auto cab, Cab());
  files.push_back({folder + std::string(kFolderCab), std::move(cab)});
  for (const std::string& channel : scenario_.bundle.exports) {
    if (without_.Takes(channel)) continue;
    ESPIAL_TRY_ASSIGN(auto logs, Evtx(channel, LogFileName(channel)));
    for (ForgedFile& log : logs) {
      files.push_back({folder + log.name, std::move(log.bytes)});
    }
  }
  std::vector<ArchiveMember> others;
  AppendFiles(true, &others);
  for (ArchiveMember& other : others) {
    files.push_back({folder + other.name, std::move(other.bytes)});
  }
  return files;
}

Result<std::vector<ForgedFile>> BundleMaker::Make() {
  std::vector<ForgedFile> files;
  switch (scenario_.bundle.kind) {
    case BundleKind::kAreaCab: {
      ESPIAL_TRY_ASSIGN(auto cab, Cab());
      files.push_back({scenario_.bundle.name, std::move(cab)});
      break;
    }
    case BundleKind::kAreaZip: {
      ESPIAL_TRY_ASSIGN(const auto members, AreaMembers());
      ESPIAL_TRY_ASSIGN(auto zip, WriteZip(members, {bias(), false}));
      files.push_back({scenario_.bundle.name, std::move(zip)});
      break;
    }
    case BundleKind::kDiagLogsZip: {
      ESPIAL_TRY_ASSIGN(files, DiagLogs());
      break;
    }
    case BundleKind::kFolder: {
      ESPIAL_TRY_ASSIGN(files, Folder());
      break;
    }
  }
  ESPIAL_TRY(without_.Check());
  if (const auto part = scenario_.bundle.truncate) {
    // Of a folder, the CAB is cut.
    std::vector<std::byte>& bytes = files.front().bytes;
    bytes.resize(
        static_cast<size_t>(static_cast<double>(bytes.size()) * *part));
  }
  return files;
}

Status WriteFile(const std::filesystem::path& path,
                 const std::vector<std::byte>& bytes) {
  const Error failure{Errc::kIo, path.string(), 0, "cannot be written"};
  std::error_code error;
  if (path.has_parent_path()) {
    std::filesystem::create_directories(path.parent_path(), error);
    if (error) return failure;
  }
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) return failure;
  return {};
}

}  // namespace

std::string AreaFileName(std::string_view channel) {
  std::string name = Fold(channel);
  std::replace(name.begin(), name.end(), '/', '-');
  return name + ".evtx";
}

std::string LogFileName(std::string_view channel) {
  std::string name;
  for (const char c : channel) {
    if (c == '/') {
      name += "%4";
    } else {
      name += c;
    }
  }
  return name + ".evtx";
}

Result<std::vector<ForgedFile>> ForgeBundle(
    const Scenario& scenario, const EventCatalog& catalog,
    std::span<const std::string> without) {
  ESPIAL_TRY_ASSIGN(PlayedStory story, PlayStory(scenario, catalog));
  ESPIAL_TRY(AddBackground(scenario, catalog, &story));
  return BundleMaker(scenario, std::move(story), without).Make();
}

Result<std::vector<ForgedFile>> ForgeBundle(
    const Scenario& scenario, std::string_view events_csv,
    std::span<const std::string> without) {
  ESPIAL_TRY_ASSIGN(const EventCatalog catalog,
                    EventCatalog::Parse(events_csv));
  return ForgeBundle(scenario, catalog, without);
}

Result<std::string> WriteBundle(const Scenario& scenario,
                                const std::vector<ForgedFile>& files,
                                const std::string& folder) {
  const std::filesystem::path root(folder);
  for (const ForgedFile& file : files) {
    ESPIAL_TRY(WriteFile(root / file.name, file.bytes));
  }
  return (root / scenario.bundle.name).string();
}

}  // namespace espial::forge
