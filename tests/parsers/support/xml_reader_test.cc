#include "parsers/support/xml_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "parsers/support/text_document.h"
#include "parsers/support/xml_entities.h"
#include "tests/parsers/support/parse.h"

namespace espial {
namespace {

using ::espial::testing::Show;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Read {
  std::string tokens;
  std::vector<std::string> damage;
  bool truncated = false;
};

// Every token: "<a x='1'>", "</a>", "(</a>)" where it is implied, text in
// quotes, "!comment".
Read ReadAll(std::string_view text, XmlOptions options = {}) {
  const TextDocument document(AsBytes(text));
  Collector kept({});
  XmlReader reader(document, options, kept);
  XmlToken token;
  Read read;
  size_t position = 0;
  while (reader.Next(&token)) {
    EXPECT_LE(position, token.position);
    EXPECT_LE(token.position, token.end);
    position = token.position;
    const std::string name(token.name);
    switch (token.kind) {
      case XmlTokenKind::kStart:
        read.tokens += "<" + name;
        for (const XmlAttribute& attribute : token.attributes) {
          read.tokens += " " + std::string(attribute.name) + "='" +
                         std::string(attribute.value) + "'";
        }
        read.tokens += ">";
        break;
      case XmlTokenKind::kEnd:
        read.tokens += token.implied ? "(</" + name + ">)" : "</" + name + ">";
        break;
      case XmlTokenKind::kText:
        read.tokens += "'" + std::string(token.text) + "'";
        break;
      case XmlTokenKind::kComment:
        read.tokens += "!" + std::string(token.text) + "!";
        break;
      case XmlTokenKind::kInstruction:
        read.tokens += "?" + std::string(token.text) + "?";
        break;
      case XmlTokenKind::kDeclaration:
        read.tokens += "@" + std::string(token.text) + "@";
        break;
    }
  }
  EXPECT_EQ(reader.depth(), 0U);
  kept.Finish();
  read.damage = Show(kept.damage);
  read.truncated = reader.truncated();
  return read;
}

Read ReadHtml(std::string_view text) {
  XmlOptions options;
  options.html = true;
  return ReadAll(text, options);
}

TEST(XmlEntities, DecodesReferencesOnce) {
  const auto decode = [](std::string_view raw) {
    std::string out;
    size_t first = 0;
    const uint64_t bad = AppendXmlText(raw, &out, &first);
    if (bad > 0) {
      out += " " + std::to_string(bad) + "@" + std::to_string(first);
    }
    return out;
  };
  EXPECT_EQ(decode("a&lt;b&gt;&amp;&quot;&apos;"), "a<b>&\"'");
  EXPECT_EQ(decode("&#65;&#x42;&#X43;&#xE9;"), "ABC\xC3\xA9");
  EXPECT_EQ(decode("&amp;lt;"), "&lt;");
  EXPECT_EQ(decode("&#xD800;&#99999999999;"), "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(decode("a & b &foo; &#; &#x; &#1a; &"),
            "a & b &foo; &#; &#x; &#1a; & 6@2");
  EXPECT_EQ(decode("&aaaaaaaaaaaaaaaaaaaaaaaaaaaaa;"),
            "&aaaaaaaaaaaaaaaaaaaaaaaaaaaaa; 1@0");
}

TEST(XmlReader, ReadsWellFormedXml) {
  const Read read = ReadAll(
      "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x 'y'>]>"
      "<a x=\"1 &lt; 2\" y='>'>t&amp;u<b/><!-- c --><![CDATA[<&amp;]]></a >\n"
      "<a></a>");
  EXPECT_EQ(read.tokens,
            "?xml version='1.0'?@DOCTYPE a [<!ENTITY x 'y'>]@"
            "<a x='1 < 2' y='>'>'t&u'<b></b>! c !'<&amp;'</a><a></a>");
  EXPECT_THAT(read.damage, IsEmpty());
}

TEST(XmlReader, ReadsNamesThatDataMade) {
  const Read read = ReadAll(
      "<r><S-1-12-1-2-3-4ExpectedPolicies>1</S-1-12-1-2-3-4ExpectedPolicies>"
      "<7-Zip 19>x</7-Zip 19><{A-B}/><./Vendor/MSFT>y</./Vendor/MSFT></r>");
  EXPECT_EQ(read.tokens,
            "<r><S-1-12-1-2-3-4ExpectedPolicies>'1'"
            "</S-1-12-1-2-3-4ExpectedPolicies><7-Zip 19>'x'</7-Zip 19>"
            "<{A-B}></{A-B}><./Vendor/MSFT>'y'</./Vendor/MSFT></r>");
  EXPECT_THAT(read.damage,
              ElementsAre("bad value XML element name@70: line 1: found 3 "
                          "names that XML forbids, the first '7-Zip 19' "
                          "(note)"));
}

TEST(XmlReader, ImpliesEndsThatAreMissing) {
  const Read read = ReadAll("<a><b><c>x</b>y</a>");
  EXPECT_EQ(read.tokens, "<a><b><c>'x'(</c>)</b>'y'</a>");
  EXPECT_THAT(read.damage, ElementsAre("bad value XML end tag@10: line 1: "
                                       "expected </c>, found </b> (lost 0)"));
}

TEST(XmlReader, LeavesOutEndsWithoutAStart) {
  const Read read = ReadAll("<a></x>y</a></z>");
  EXPECT_EQ(read.tokens, "<a>'y'</a>");
  EXPECT_THAT(read.damage,
              ElementsAre("bad value XML end tag@3: line 1: expected </a>, "
                          "found </x> (lost 4)",
                          "bad value XML end tag@12: line 1: expected no end, "
                          "found </z> (lost 4)"));
}

TEST(XmlReader, ReadsBadAttributes) {
  const Read read = ReadAll("<a x=1 y z=\"2\"><b q=\"r>t</b><c v='u/></a>");
  EXPECT_EQ(read.tokens, "<a x='1' z='2'><b q='r'>'t'</b><c v='u'>(</c>)</a>");
  EXPECT_THAT(
      read.damage,
      ElementsAre("bad value XML attribute@21: line 1: expected the closing "
                  "quote of q, found 'r' (lost 0)",
                  "bad value XML attribute@34: line 1: expected the closing "
                  "quote of v, found 'u/' (lost 0)",
                  "bad value XML end tag@37: line 1: expected </c>, found </a> "
                  "(lost 0)",
                  "bad value XML attribute@5: line 1: found 2 attributes that "
                  "XML forbids, the first 'x' (note)"));
}

TEST(XmlReader, TakesLooseMarkForText) {
  const Read read = ReadAll("<a>1 < 2 && 3 <b 4 <i>5</i></a>");
  EXPECT_EQ(read.tokens, "<a>'1 < 2 && 3 ''<b 4 '<i>'5'</i></a>");
  EXPECT_THAT(read.damage,
              ElementsAre("bad value XML tag@14: line 1: expected '>' of <b>, "
                          "found '<' (lost 0)",
                          HasSubstr("2 '&' that begin no known reference"),
                          HasSubstr("1 '<' that begin no tag, the first "
                                    "'< 2 && 3 <b 4 <i>5</i></a>'")));
}

TEST(XmlReader, TellsEveryCut) {
  const std::string whole = "<a x='1'>t<![CDATA[u]]><!--c--><b/></a>";
  EXPECT_THAT(ReadAll(whole).damage, IsEmpty());
  for (size_t size = 1; size < whole.size(); ++size) {
    const Read read = ReadAll(whole.substr(0, size));
    EXPECT_TRUE(read.truncated) << size;
    EXPECT_FALSE(read.damage.empty()) << size;
  }
  EXPECT_THAT(ReadAll("<a><b x=\"1").damage,
              ElementsAre("truncated XML tag@3: line 1: expected '>' of <b>, "
                          "found the end of the text (lost 7)",
                          "truncated XML element@10: line 1: expected </a>, "
                          "found the end of the text (lost 0)"));
  EXPECT_THAT(ReadAll("<").damage, SizeIs(1));
}

TEST(XmlReader, ReportsTextOutsideOfElements) {
  const Read read = ReadAll("junk\n<a/>\n\n more <b/>");
  EXPECT_EQ(read.tokens, "<a></a><b></b>");
  EXPECT_THAT(read.damage,
              ElementsAre("bad value XML text@0: line 1: expected an element, "
                          "found 'junk' (lost 5)",
                          "bad value XML text@9: line 2: expected an element, "
                          "found 'more' (lost 8)"));
}

TEST(XmlReader, LeavesOutWhatIsTooDeep) {
  XmlOptions options;
  options.max_depth = 2;
  const Read read =
      ReadAll("<a><b>1<c>2<d>3</d></x>4</b><e/></a><f/>", options);
  EXPECT_EQ(read.tokens, "<a><b>'1''4'</b><e></e></a><f></f>");
  EXPECT_THAT(read.damage,
              ElementsAre("limit exceeded XML depth@7: line 1: limit 2 "
                          "elements within each other (lost 16)"));
  const Read cut = ReadAll("<a><b><c><d>", options);
  EXPECT_EQ(cut.tokens, "<a><b>(</b>)(</a>)");
  EXPECT_THAT(cut.damage, SizeIs(2));
}

TEST(XmlReader, PlacesAreThoseOfTheSource) {
  const std::string wide = "\xFF\xFE" + ToUtf16Le("<a>\r\n\xC3\xA9</x></a>");
  const Read read = ReadAll(wide);
  EXPECT_THAT(read.damage,
              ElementsAre("bad value XML end tag@14: line 2: expected </a>, "
                          "found </x> (lost 8)"));
}

TEST(XmlReader, ReadsHtml) {
  const Read read = ReadHtml(
      "<!DOCTYPE html><HTML><head><meta charset=utf-8>"
      "<style>td > p { }</style><script>if (a<b) x = '</td>';</script></head>"
      "<body><table id=T nowrap><tr><td class='L'>a<br>b &nbsp; c & d"
      "<td>x<tr><td>y<table><tr><td>z</td></tr></table></table><p>1<p>2"
      "</body></html>");
  EXPECT_EQ(read.tokens,
            "@DOCTYPE html@<HTML><head><meta charset='utf-8'></meta>"
            "<style></style><script></script></head>"
            "<body><table id='T' nowrap=''><tr><td class='L'>'a'<br></br>"
            "'b \xC2\xA0 c & d'(</td>)<td>'x'(</td>)(</tr>)<tr><td>'y'"
            "<table><tr><td>'z'</td></tr></table>(</td>)(</tr>)</table>"
            "<p>'1'(</p>)<p>'2'(</p>)</body></html>");
  EXPECT_THAT(read.damage, IsEmpty());
}

TEST(XmlReader, IsLinear) {
  // What a search for an end could look at over and over.
  const std::vector<std::string> units = {
      "<a b=\"", "<a b='", "<!--", "<![CDATA[", "<?x",        "<!x [",
      "<a ",     "</a",    "&",    "<",         "<a><b></c>", "<a b"};
  for (const std::string& unit : units) {
    std::string text;
    while (text.size() < 400'000) text += unit;
    ReadAll(text);
    ReadHtml(text);
  }
}

TEST(TextDocument, KeepsUtf8WithDamage) {
  const std::string bytes = "\xC3\xA9\xC3\xA8\xFF\xC3\xA0";
  const TextDocument document(AsBytes(bytes));
  EXPECT_EQ(document.encoding(), Encoding::kUtf8);
  EXPECT_EQ(document.text(), "\xC3\xA9\xC3\xA8\xEF\xBF\xBD\xC3\xA0");
  Collector kept({});
  document.ReportInvalid(kept);
  EXPECT_THAT(Show(kept.damage),
              ElementsAre(HasSubstr("text@4: expected valid UTF-8")));
}

TEST(TextDocument, DecodesOtherEncodings) {
  const TextDocument ansi(
      AsBytes("Stra\xDF"
              "e"));
  EXPECT_EQ(ansi.text(),
            "Stra\xC3\x9F"
            "e");
  EXPECT_EQ(ansi.places().At(6).offset, 5U);
  const std::string wide = "\xFF\xFE" + ToUtf16Le("a\nb");
  const TextDocument utf16(AsBytes(wide));
  EXPECT_EQ(utf16.text(), "a\nb");
  TextPlaces places = utf16.places();
  EXPECT_EQ(places.At(2).offset, 6U);
  EXPECT_EQ(places.At(2).line, 2U);
  const std::string marked = "\xEF\xBB\xBFx";
  EXPECT_EQ(TextDocument(AsBytes(marked)).text(), "x");
}

}  // namespace
}  // namespace espial
