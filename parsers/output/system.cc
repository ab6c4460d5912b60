// systeminfo and msinfo32: what the device is.
#include <espial/core/text.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "parsers/output/readers.h"

namespace espial::output {
namespace {

constexpr std::array<KnownLabel, 34> kKnown = {{
    {"Hostname", "Host Name"},
    {"Nom de l'h?te*", "Host Name"},
    {"Betriebssystemname", "OS Name"},
    {"Nom du syst?me d'exploitation*", "OS Name"},
    {"Betriebssystemversion", "OS Version"},
    {"Version du syst?me*", "OS Version"},
    {"Betriebssystemhersteller", "OS Manufacturer"},
    {"Betriebssystemkonfiguration", "OS Configuration"},
    {"Configuration du syst?me d'exploitation*", "OS Configuration"},
    {"Urspr?ngliches Installationsdatum", "Original Install Date"},
    {"Date d'installation originale*", "Original Install Date"},
    {"Systemstartzeit", "System Boot Time"},
    {"Heure de d?marrage du syst?me*", "System Boot Time"},
    {"Systemhersteller", "System Manufacturer"},
    {"Fabricant du syst?me*", "System Manufacturer"},
    {"Systemmodell", "System Model"},
    {"Mod?le du syst?me*", "System Model"},
    {"BIOS-Version", "BIOS Version"},
    {"Version du BIOS*", "BIOS Version"},
    {"BIOS-Version/-Datum", "BIOS Version/Date"},
    {"Version du BIOS/Date*", "BIOS Version/Date"},
    {"Zeitzone", "Time Zone"},
    {"Fuseau horaire*", "Time Zone"},
    {"Zona horaria", "Time Zone"},
    {"Dom?ne", "Domain"},
    {"Domaine*", "Domain"},
    {"Anmeldeserver", "Logon Server"},
    {"Serveur d'ouverture de session*", "Logon Server"},
    {"Systemname", "System Name"},
    {"Nom du syst?me*", "System Name"},
    {"Sicherer Startzustand", "Secure Boot State"},
    {"?tat du d?marrage s?curis?*", "Secure Boot State"},
    {"PCR7-Konfiguration", "PCR7 Configuration"},
    {"Configuration de PCR7*", "PCR7 Configuration"},
}};

// systeminfo pads its labels to this column, in characters.
constexpr size_t kColumn = 27;

// The length in characters of the part of `line` in front of `at` bytes.
size_t Column(std::string_view line, size_t at) {
  return static_cast<size_t>(std::count_if(
      line.begin(), line.begin() + static_cast<ptrdiff_t>(at),
      [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool IsSystemInfo(std::string_view head) {
  int lines = 0;
  int fit = 0;
  ForEachLine(head, [&](std::string_view line) {
    const auto found = SplitLabel(line);
    if (found && !found->value.empty()) {
      const size_t column = Column(line, found->value_at);
      if (column == kColumn) ++fit;
    }
    return ++lines < 10;
  });
  return fit >= 6;
}

// Host Name:                 PC-0042
// Processor(s):              1 Processor(s) Installed.
//                            [01]: Intel64 Family 6
void ReadSystemInfo(Capture* capture) {
  std::string label;
  std::string item;  // "[01]" of a nested list
  while (capture->Next()) {
    const std::string_view line = capture->line().text;
    const auto found = SplitLabel(line);
    if (found && capture->indent() == 0) {
      label = NameOf(found->label, kKnown);
      item.clear();
      capture->Add({}, label, found->value, found->value_at);
    } else if (found) {
      std::string name(found->label);
      if (name.starts_with('[') && capture->indent() <= kColumn + 1) {
        item = name;
      } else if (!item.empty()) {
        name.insert(0, item + "/");
      }
      capture->Add(label, name, found->value, found->value_at);
    } else {
      capture->Add({}, label, capture->text(), capture->indent());
    }
  }
}

// The cells of "a","b","c"; a doubled quote within is one.
std::vector<std::string> Cells(std::string_view row) {
  std::vector<std::string> cells;
  for (size_t at = 0; at < row.size();) {
    if (row[at] != '"') {
      ++at;
      continue;
    }
    std::string cell;
    for (++at; at < row.size(); ++at) {
      if (row[at] == '"') {
        if (at + 1 >= row.size() || row[at + 1] != '"') break;
        ++at;
      }
      cell += row[at];
    }
    ++at;
    cells.push_back(std::move(cell));
  }
  return cells;
}

bool IsSystemCsv(std::string_view head) {
  int row = 0;
  bool is = false;
  ForEachLine(head, [&](std::string_view line) {
    const auto quotes = std::count(line.begin(), line.end(), '"');
    if (!line.starts_with('"') || quotes < 40) return false;
    // The second column of the second row is the name of the system.
    if (row == 1) is = ContainsFold(line, "Windows");
    return row++ == 0;
  });
  return is;
}

void ReadSystemCsv(Capture* capture) {
  std::vector<std::string> names;
  while (capture->Next()) {
    std::vector<std::string> cells = Cells(capture->text());
    if (names.empty()) {
      names = std::move(cells);
      continue;
    }
    const size_t count = std::min(names.size(), cells.size());
    for (size_t i = 0; i < count; ++i) {
      capture->Add({}, NameOf(names[i], kKnown), cells[i]);
    }
    if (cells.size() > names.size()) {
      Damage damage;
      damage.error = {Errc::kBadValue, "row of systeminfo",
                      capture->line().offset,
                      "expected " + std::to_string(names.size()) +
                          " cells, found " + std::to_string(cells.size())};
      damage.lossy = false;
      capture->sink().OnDamage(std::move(damage));
    }
  }
}

// A section in brackets, then rows "Item<tab>Value<tab>".
bool IsMsinfo(std::string_view head) {
  bool section = false;
  int rows = 0;
  ForEachLine(head, [&](std::string_view line) {
    const std::string_view text = Trim(line);
    section = section || (text.starts_with('[') && text.ends_with(']'));
    if (section && line.find('\t') != std::string_view::npos) ++rows;
    return rows < 5;
  });
  return section && rows >= 5;
}

// The first section, the summary, is kept; the others list the hardware and
// what runs, thousands of rows that say nothing about an enrolment.
void ReadMsinfo(Capture* capture) {
  bool heads = false;
  uint64_t sections = 0;
  uint64_t rows = 0;
  while (capture->Next()) {
    const std::string_view text = capture->text();
    if (text.starts_with('[') && text.ends_with(']')) {
      ++sections;
      heads = true;
      continue;
    }
    const std::string_view line = capture->line().text;
    const size_t tab = line.find('\t');
    if (sections > 1) {
      ++rows;
    } else if (sections == 0) {
      // "System Information report written at: 06/02/25 14:10:22"
      if (const auto found = SplitLabel(line)) {
        capture->Add({}, NameOf(found->label, kKnown), found->value,
                     found->value_at);
      }
    } else if (std::exchange(heads, false)) {
      continue;  // the heads of the columns
    } else if (tab != std::string_view::npos && tab != 0) {
      std::string_view value = line.substr(tab + 1);
      value = value.substr(0, value.find('\t'));
      capture->Add("System Summary", NameOf(Trim(line.substr(0, tab)), kKnown),
                   Trim(value), tab + 1);
    }
  }
  capture->Count("sections", sections);
  capture->Count("rows not kept", rows);
}

constexpr std::array<Reader, 3> kReaders = {{
    {"msinfo32 /report", IsMsinfo, ReadMsinfo},
    {"systeminfo", IsSystemCsv, ReadSystemCsv},
    {"systeminfo", IsSystemInfo, ReadSystemInfo},
}};

}  // namespace

std::span<const Reader> SystemReaders() { return kReaders; }

}  // namespace espial::output
