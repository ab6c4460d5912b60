// Reports that netsh and powercfg write as pages: tables of two columns.
#include <espial/core/text.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "parsers/output/readers.h"
#include "parsers/support/text_places.h"

namespace espial::output {
namespace {

// A cell or a heading that is longer is no label and no value.
constexpr size_t kMostCellBytes = 4096;

std::string_view TitleOf(std::string_view head) {
  const size_t at = head.find("<title>");
  if (at == std::string_view::npos) return {};
  const std::string_view rest = head.substr(at + 7);
  return Trim(rest.substr(0, rest.find('<')));
}

bool IsWlanReport(std::string_view head) {
  return EqualsFold(TitleOf(head), "Wlan Report");
}
bool IsBatteryReport(std::string_view head) {
  return EqualsFold(TitleOf(head), "Battery report");
}
bool IsEnergyReport(std::string_view head) {
  return EqualsFold(TitleOf(head), "Power Efficiency Diagnostics Report");
}

struct Entity {
  std::string_view name;
  std::string_view text;
};
constexpr std::array<Entity, 6> kEntities = {{{"amp", "&"},
                                              {"lt", "<"},
                                              {"gt", ">"},
                                              {"quot", "\""},
                                              {"nbsp", " "},
                                              {"apos", "'"}}};

// Appends the text of the entity at the '&' at `at`; returns how many bytes it
// takes, 1 where it is none.
size_t AppendEntity(std::string_view text, size_t at, std::string* out) {
  const std::string_view rest = text.substr(at + 1, 10);
  const size_t end = rest.find(';');
  if (end != std::string_view::npos) {
    const std::string_view name = rest.substr(0, end);
    for (const Entity& entity : kEntities) {
      if (entity.name != name) continue;
      *out += entity.text;
      return end + 2;
    }
    if (name.starts_with('#')) {
      const auto code = name.size() > 1 && (name[1] == 'x' || name[1] == 'X')
                            ? ParseHex(name.substr(2))
                            : ParseUnsigned(name.substr(1));
      if (code && *code <= 0x10FFFF) {
        AppendUtf8(static_cast<uint32_t>(*code), out);
        return end + 2;
      }
    }
  }
  *out += '&';
  return 1;
}

// Runs of white space become one blank.
std::string Squeeze(std::string_view text) {
  std::string out;
  for (const char c : Trim(text)) {
    const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (blank && out.ends_with(' ')) continue;
    out += blank ? ' ' : c;
  }
  return out;
}

// The name of the tag whose '<' stands at `at`, with its '/', lower case.
std::string TagName(std::string_view text, size_t at) {
  constexpr size_t kMostName = 12;
  size_t end = at + 1;
  if (end < text.size() && text[end] == '/') ++end;
  while (end < text.size() && end - at <= kMostName &&
         text.substr(end, 1).find_first_of(" \t\r\n>/") ==
             std::string_view::npos) {
    ++end;
  }
  return Fold(text.substr(at + 1, end - at - 1));
}

// Where the tag that ends `name` begins, at or behind `at`; the size of the
// text where there is none.
size_t EndTag(std::string_view text, std::string_view name, size_t at) {
  for (at = text.find("</", at); at != std::string_view::npos;
       at = text.find("</", at + 2)) {
    if (EqualsFold(text.substr(at + 2, name.size()), name)) return at;
  }
  return text.size();
}

class PageReader {
 public:
  PageReader(std::string_view text, TextPlaces places, Capture* capture)
      : text_(text), places_(places), capture_(*capture) {}

  void Read();

 private:
  void OnTag(const std::string& name, size_t at);
  void OnRow();

  std::string_view text_;
  TextPlaces places_;
  Capture& capture_;
  std::string run_;  // text since the last cell or heading began
  bool taking_ = false;
  std::string section_;
  std::vector<std::string> cells_;
  size_t row_at_ = 0;
};

void PageReader::Read() {
  for (size_t at = 0; at < text_.size();) {
    const char c = text_[at];
    if (c == '<') {
      const std::string name = TagName(text_, at);
      OnTag(name, at);
      size_t from = at;
      if (name == "script" || name == "style") {
        from = EndTag(text_, name, at);
      } else if (text_.substr(at, 4) == "<!--") {
        from = std::min(text_.find("-->", at), text_.size());
      }
      const size_t end = text_.find('>', from);
      if (end == std::string_view::npos) break;
      at = end + 1;
    } else if (!taking_ || run_.size() >= kMostCellBytes) {
      at = std::min(text_.find('<', at), text_.size());
    } else if (c == '&') {
      at += AppendEntity(text_, at, &run_);
    } else {
      run_ += c;
      ++at;
    }
  }
}

void PageReader::OnTag(const std::string& name, size_t at) {
  const bool heading =
      name.size() == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6';
  const bool heading_end =
      name.size() == 3 && name.starts_with("/h") && name[2] != 'r';
  if (name == "tr") {
    cells_.clear();
    row_at_ = at;
  } else if (heading || name == "td" || name == "th") {
    // A cell may lack its end.
    if (taking_ && !cells_.empty()) taking_ = false;
    run_.clear();
    taking_ = true;
  } else if (name == "/td" || name == "/th") {
    if (taking_) cells_.push_back(Squeeze(run_));
    taking_ = false;
  } else if (heading_end) {
    if (taking_) section_ = Squeeze(run_);
    taking_ = false;
  } else if (name == "/tr") {
    OnRow();
  } else if (name == "br" && taking_) {
    run_ += ' ';
  }
}

void PageReader::OnRow() {
  if (cells_.size() == 2 && !cells_[0].empty() && cells_[0].size() <= 100) {
    std::string_view label = cells_[0];
    if (label.ends_with(':')) label.remove_suffix(1);
    const Place place = places_.At(row_at_);
    TextLine line;
    line.number = place.line;
    line.offset = place.offset;
    const std::string_view value = cells_[1];
    capture_.facts().AddTyped(section_, Trim(label), "string", value,
                              ParseUnsigned(value), line);
  }
  cells_.clear();
}

void Read(Capture* capture) {
  const Source& source = capture->source();
  const DetectedEncoding found = DetectTextEncoding(source.bytes());
  Bytes bytes = source.bytes().subspan(found.bom_bytes);
  const uint64_t limit = capture->limits().text_value_bytes;
  if (bytes.size() > limit) {
    Damage damage;
    damage.error = {Errc::kLimitExceeded, "page", found.bom_bytes + limit,
                    "limit " + std::to_string(limit) + " bytes, found " +
                        std::to_string(bytes.size())};
    damage.bytes_lost = bytes.size() - limit;
    capture->sink().OnDamage(std::move(damage));
    bytes = bytes.first(static_cast<size_t>(limit));
  }
  const DecodedText decoded = DecodeText(bytes, found.encoding);
  ReportInvalidText(decoded.replaced,
                    found.bom_bytes + decoded.first_replaced_offset,
                    found.encoding, capture->sink());
  PageReader(decoded.text,
             TextPlaces(decoded.text, bytes, found.encoding, found.bom_bytes),
             capture)
      .Read();
  if (decoded.text.rfind("</html") == std::string::npos) {
    Damage damage;
    damage.error = {Errc::kTruncated, "page", source.size(),
                    "expected '</html>', found the end of the file"};
    capture->sink().OnDamage(std::move(damage));
  }
}

constexpr std::array<Reader, 3> kReaders = {{
    {"netsh wlan show wlanreport", IsWlanReport, Read},
    {"powercfg /batteryreport", IsBatteryReport, Read},
    {"powercfg /energy", IsEnergyReport, Read},
}};

}  // namespace

std::span<const Reader> HtmlReaders() { return kReaders; }

}  // namespace espial::output
