// The hardware hash of a device, as it is registered: FORMAT.md.
#include <espial/core/text.h>
#include <espial/parsers/parser.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "parsers/support/output_facts.h"
#include "parsers/support/text_source.h"

namespace espial::devicehash {
namespace {

constexpr std::string_view kKey = "DeviceHash";
constexpr std::string_view kSerial = "Device Serial Number";
constexpr std::string_view kHash = "Hardware Hash";

struct Cell {
  std::string text;
  size_t at = 0;  // in the line
};

// The cells of a row, with or without quotes; a doubled quote within quotes is
// one.
std::vector<Cell> CellsOf(std::string_view row) {
  std::vector<Cell> cells;
  size_t at = 0;
  for (;;) {
    Cell cell;
    cell.at = at;
    if (at < row.size() && row[at] == '"') {
      for (++at; at < row.size(); ++at) {
        if (row[at] == '"') {
          if (at + 1 >= row.size() || row[at + 1] != '"') break;
          ++at;
        }
        cell.text += row[at];
      }
      at = std::min(row.find(',', std::min(at, row.size())), row.size());
    } else {
      const size_t end = std::min(row.find(',', at), row.size());
      cell.text = Trim(row.substr(at, end - at));
      at = end;
    }
    cells.push_back(std::move(cell));
    if (at >= row.size()) return cells;
    ++at;
  }
}

// Bytes that base64 text stands for; nothing when it is none.
std::optional<uint64_t> Base64Bytes(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return std::nullopt;
  size_t padding = 0;
  while (padding < 2 && text.ends_with('=')) {
    text.remove_suffix(1);
    ++padding;
  }
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c >= '0' && c <= '9') || c == '+' || c == '/';
  });
  if (!plain) return std::nullopt;
  return (text.size() + padding) / 4 * 3 - padding;
}

class HashReader {
 public:
  HashReader(const Source& source, const ParseContext& context, Sink& sink)
      : lines_(source.bytes(), context.limits),
        sink_(sink),
        facts_(kKey, &sink) {}

  Status Read();

 private:
  void OnRow(std::vector<Cell> cells);
  void OnHash(const std::string& prefix, const Cell& cell);
  void Report(Errc code, const char* what, const std::string& detail,
              uint64_t bytes_lost, bool lossy);

  LineReader lines_;
  Sink& sink_;
  OutputFacts facts_;
  TextLine line_;
  std::vector<Cell> names_;
  uint64_t rows_ = 0;
};

Status HashReader::Read() {
  while (lines_.Next(&line_)) {
    if (Trim(line_.text).empty()) continue;
    if (line_.cut_bytes != 0) {
      Report(Errc::kLimitExceeded, "row of device hash",
             "expected at most " + std::to_string(line_.text.size()) +
                 " bytes in a row",
             line_.size, true);
      continue;
    }
    std::vector<Cell> cells = CellsOf(line_.text);
    if (names_.empty()) {
      names_ = std::move(cells);
    } else {
      OnRow(std::move(cells));
    }
  }
  lines_.ReportInvalid(sink_);
  if (names_.empty()) {
    return Error{Errc::kTruncated, "device hash", 0,
                 "expected a row of names, found none"};
  }
  return {};
}

void HashReader::OnRow(std::vector<Cell> cells) {
  // A file without a line end at its end is common: it counts as cut when a
  // cell is missing, or when the hash is no whole base64.
  const bool last = line_.ending.empty();
  const bool whole = cells.size() == names_.size() &&
                     (names_.back().text != kHash ||
                      Base64Bytes(cells.back().text).has_value());
  if (last && !whole) {
    Report(Errc::kTruncated, "row of device hash",
           "expected " + std::to_string(names_.size()) +
               " whole cells, found the end of the file in cell " +
               std::to_string(cells.size()),
           line_.size, true);
    cells.pop_back();
  } else if (cells.size() != names_.size()) {
    Report(Errc::kBadValue, "row of device hash",
           "expected " + std::to_string(names_.size()) + " cells, found " +
               std::to_string(cells.size()),
           0, false);
  }
  const std::string prefix =
      rows_ == 0 ? "" : "[" + std::to_string(rows_) + "]";
  ++rows_;
  for (size_t i = 0; i < std::min(cells.size(), names_.size()); ++i) {
    facts_.AddTyped(prefix, names_[i].text, "string", cells[i].text,
                    std::nullopt, line_, cells[i].at);
    if (names_[i].text == kHash) OnHash(prefix, cells[i]);
  }
}

void HashReader::OnHash(const std::string& prefix, const Cell& cell) {
  const auto bytes = Base64Bytes(cell.text);
  if (!bytes) {
    Report(Errc::kBadValue, "hardware hash",
           "expected base64, found '" + Clip(cell.text, 40) + "'", 0, false);
    return;
  }
  facts_.AddTyped(prefix, "Hardware Hash bytes", "number",
                  std::to_string(*bytes), bytes, line_, cell.at);
}

void HashReader::Report(Errc code, const char* what, const std::string& detail,
                        uint64_t bytes_lost, bool lossy) {
  Damage damage;
  damage.error = {code, what, line_.offset,
                  "line " + std::to_string(line_.number) + ": " + detail};
  damage.bytes_lost = bytes_lost;
  damage.lossy = lossy;
  sink_.OnDamage(std::move(damage));
}

bool Probe(const ProbeInput& input) {
  std::string_view first = input.head_text.substr(0, 512);
  first = first.substr(0, first.find('\n'));
  if (first.starts_with('"')) first.remove_prefix(1);
  return StartsWithFold(first, kSerial) && ContainsFold(first, kHash);
}

Status Parse(const Source& source, const ParseContext& context, Sink& sink) {
  return HashReader(source, context, sink).Read();
}

}  // namespace

extern constinit const Parser kParser;
constinit const Parser kParser = {"devicehash", "Autopilot device hash", Probe,
                                  Parse};

}  // namespace espial::devicehash
