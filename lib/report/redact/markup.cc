// Text within JSON and XML: what stands between the syntax is read, replaced,
// and written again.
#include <espial/core/text.h>
#include <espial/report/json_writer.h>
#include <espial/report/redact.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace espial::report {
namespace {

constexpr size_t kNowhere = std::string_view::npos;

// Behind the closing quote of the string that begins at `quote`.
size_t StringEnd(std::string_view json, size_t quote) {
  for (size_t at = quote + 1; at < json.size(); ++at) {
    if (json[at] == '\\') {
      ++at;
    } else if (json[at] == '"') {
      return at + 1;
    }
  }
  return kNowhere;
}

// Whether `gap` is what JSON has between its strings: brackets, numbers, true,
// false and null.
bool IsJsonSyntax(std::string_view gap) {
  constexpr std::string_view kBetween = "{}[]:, \t\r\n";
  constexpr std::string_view kOfNumbers = "+-.0123456789eE";
  for (size_t at = 0; at < gap.size();) {
    const size_t end = std::min(gap.find_first_of(kBetween, at), gap.size());
    const std::string_view word = gap.substr(at, end - at);
    if (word.find_first_not_of(kOfNumbers) != kNowhere && word != "true" &&
        word != "false" && word != "null") {
      return false;
    }
    at = end + 1;
  }
  return true;
}

// What stands between the quotes, without escapes.
std::string Unescaped(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\' || at + 1 == text.size()) {
      out.push_back(text[at]);
      continue;
    }
    const char kind = text[++at];
    if (kind != 'u') {
      static constexpr std::string_view kKinds = "nrtbf";
      static constexpr std::string_view kMeans = "\n\r\t\b\f";
      const size_t index = kKinds.find(kind);
      out.push_back(index == kNowhere ? kind : kMeans[index]);
      continue;
    }
    const auto unit = ParseHex(text.substr(at + 1, 4));
    if (!unit) {
      out += "\\u";
      continue;
    }
    at += 4;
    auto point = static_cast<uint32_t>(*unit);
    // The second half of a pair.
    if (point >= 0xD800 && point < 0xDC00 && text.substr(at + 1, 2) == "\\u") {
      const auto low = ParseHex(text.substr(at + 3, 4));
      if (low && *low >= 0xDC00 && *low < 0xE000) {
        point = 0x10000 + ((point & 0x3FFU) << 10U) +
                static_cast<uint32_t>(*low & 0x3FFU);
        at += 6;
      }
    }
    AppendUtf8(point, &out);
  }
  return out;
}

std::string Unreferenced(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size(); ++at) {
    const size_t end = text[at] == '&' ? text.find(';', at) : kNowhere;
    if (end == kNowhere || end - at > 10) {
      out.push_back(text[at]);
      continue;
    }
    const std::string_view name = text.substr(at + 1, end - at - 1);
    if (name == "amp") {
      out.push_back('&');
    } else if (name == "lt") {
      out.push_back('<');
    } else if (name == "gt") {
      out.push_back('>');
    } else if (name == "quot") {
      out.push_back('"');
    } else if (name == "apos") {
      out.push_back('\'');
    } else {
      out.append(text.substr(at, end - at + 1));
    }
    at = end;
  }
  return out;
}

std::string Referenced(std::string_view text, bool in_attribute) {
  std::string out;
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    // Numeric references were left as they are.
    if (c == '&' && text.substr(at, 2) != "&#") {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (in_attribute && c == '"') {
      out += "&quot;";
    } else if (in_attribute && c == '\'') {
      out += "&apos;";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

// The value of the attribute Name, else the name of the element.
std::string NameOfTag(std::string_view tag) {
  for (const std::string_view start : {"Name='", "Name=\""}) {
    const size_t at = tag.find(start);
    if (at == kNowhere) continue;
    const std::string_view rest = tag.substr(at + start.size());
    return Unreferenced(rest.substr(0, rest.find(start.back())));
  }
  return std::string(tag.substr(0, tag.find_first_of(" \t\r\n/>")));
}

}  // namespace

std::string Redactor::Json(std::string_view json) const {
  std::string out;
  std::string key;
  size_t copied = 0;
  size_t behind = 0;  // the last string
  // Text where none may be.
  const auto gap = [&](size_t end) {
    const std::string_view between = json.substr(behind, end - behind);
    if (IsJsonSyntax(between)) return;
    out.append(json, copied, behind - copied).append(Text(between));
    copied = end;
  };
  for (size_t at = json.find('"'); at != kNowhere; at = json.find('"', at)) {
    const size_t end = StringEnd(json, at);
    if (end == kNowhere) break;
    gap(at);
    const std::string_view quoted = json.substr(at + 1, end - at - 2);
    const size_t next = json.find_first_not_of(" \t\r\n", end);
    const bool is_key = next != kNowhere && json[next] == ':';
    const std::string text = Unescaped(quoted);
    // Keys may be names of people too, but are no value of anything.
    const std::string clean = is_key ? Text(text) : Text(text, key);
    if (clean != text) {
      out.append(json, copied, at - copied);
      JsonWriter(&out, JsonWriter::Style::kOneLine).String(clean);
      copied = end;
    }
    if (is_key) key = text;
    at = behind = end;
  }
  gap(json.size());
  out.append(json, copied);
  return out;
}

std::string Redactor::Xml(std::string_view xml) const {
  std::string out;
  std::string name;
  const auto text_between = [&](std::string_view text) {
    const std::string plain = Unreferenced(text);
    const std::string clean = Text(plain, name);
    out += clean == plain ? std::string(text) : Referenced(clean, false);
  };
  constexpr std::string_view kDataBegin = "<![CDATA[";
  constexpr std::string_view kDataEnd = "]]>";
  const size_t last_data_end =
      xml.rfind(kDataEnd) == kNowhere ? 0 : xml.rfind(kDataEnd);
  size_t at = 0;
  while (at < xml.size()) {
    const size_t open = std::min(xml.find('<', at), xml.size());
    text_between(xml.substr(at, open - at));
    if (open == xml.size()) break;
    if (open < last_data_end && xml.substr(open).starts_with(kDataBegin)) {
      const size_t data = open + kDataBegin.size();
      const size_t data_end = xml.find(kDataEnd, data);
      if (data_end != kNowhere) {
        out.append(kDataBegin);
        out += Text(xml.substr(data, data_end - data), name);
        out.append(kDataEnd);
        at = data_end + kDataEnd.size();
        continue;
      }
    }
    const size_t close = xml.find('>', open);
    if (close == kNowhere) {
      text_between(xml.substr(open));
      break;
    }
    const std::string_view tag = xml.substr(open + 1, close - open - 1);
    // Comments and instructions hold any text.
    if (tag.starts_with('!') || tag.starts_with('?')) {
      out.append("<").append(Text(tag)).append(">");
      at = close + 1;
      continue;
    }
    if (!tag.starts_with('/')) name = NameOfTag(tag);
    // Values of attributes.
    out.push_back('<');
    for (size_t i = 0; i < tag.size();) {
      const char quote = tag[i];
      const size_t end =
          (quote == '"' || quote == '\'') && i > 0 && tag[i - 1] == '='
              ? tag.find(quote, i + 1)
              : kNowhere;
      if (end == kNowhere) {
        out.push_back(tag[i++]);
        continue;
      }
      const std::string plain = Unreferenced(tag.substr(i + 1, end - i - 1));
      // Names of fields and logs, and times, are the same everywhere.
      const bool constant = tag.substr(0, i).ends_with("Name=") ||
                            StartsWithFold(plain, "Microsoft-");
      const std::string clean = constant ? plain : Text(plain);
      out.push_back(quote);
      out += clean == plain ? std::string(tag.substr(i + 1, end - i - 1))
                            : Referenced(clean, true);
      out.push_back(quote);
      i = end + 1;
    }
    out.push_back('>');
    at = close + 1;
  }
  return out;
}

}  // namespace espial::report
