#include <espial/core/text.h>

namespace espial {

void AppendXmlEscaped(std::string_view text, XmlQuotes quotes,
                      std::string* out) {
  const bool double_quotes = quotes != XmlQuotes::kAsTheyAre;
  const bool single_quotes = quotes == XmlQuotes::kBoth;
  for (const char c : text) {
    if (c == '&') {
      *out += "&amp;";
    } else if (c == '<') {
      *out += "&lt;";
    } else if (c == '>') {
      *out += "&gt;";
    } else if (c == '"' && double_quotes) {
      *out += "&quot;";
    } else if (c == '\'' && single_quotes) {
      *out += "&apos;";
    } else {
      out->push_back(c);
    }
  }
}

}  // namespace espial
