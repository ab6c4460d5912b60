// Images of YAML trees: what comes out is what went in, and bytes that are no
// image give nothing.
#include "rules/engine/yaml_image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "rules/engine/embedded_pack.h"
#include "rules/engine/loader.h"

namespace espial::rules {
namespace {

// A tree as text, with everything that a node knows.
void Describe(const YamlNode& node, std::string* out) {
  *out += std::to_string(static_cast<int>(node.kind)) + "@" +
          std::to_string(node.mark.line) + ":" +
          std::to_string(node.mark.column) + (node.plain ? "p" : "q") + "'" +
          node.text + "'";
  for (const YamlNode& item : node.items) {
    *out += " -";
    Describe(item, out);
  }
  for (const YamlEntry& entry : node.entries) {
    *out += " " + entry.key + "@" + std::to_string(entry.mark.line) + ":" +
            std::to_string(entry.mark.column) + "=";
    Describe(entry.value, out);
  }
  *out += ";";
}

std::string Described(const YamlNode& node) {
  std::string out;
  Describe(node, &out);
  return out;
}

YamlNode Parse(std::string_view text) {
  Diagnostics diagnostics;
  auto root = ParseYaml(text, Reporter{"test.yml", &diagnostics});
  EXPECT_TRUE(root) << text;
  return root ? std::move(*root) : YamlNode();
}

std::string ImageOf(std::string_view text) {
  std::string image;
  AppendYamlImage(Parse(text), &image);
  return image;
}

constexpr std::string_view kSample =
    "title: 'quoted'\n"
    "plain: 12\n"
    "nothing: ~\n"
    "empty: ''\n"
    "list: [a, 'b', [c], {d: e}]\n"
    "map: {x: {y: \xc3\x84\xc3\x96}}\n";

TEST(YamlImageTest, ComesBackWithKindsMarksAndQuotes) {
  const auto tree = ReadYamlImage(ImageOf(kSample));
  ASSERT_TRUE(tree);
  EXPECT_EQ(Described(*tree), Described(Parse(kSample)));
}

TEST(YamlImageTest, LongTextAndFarPlacesComeBack) {
  const std::string text =
      std::string(300, '\n') + "key: " + std::string(20'000, 'x') + "\n";
  const auto tree = ReadYamlImage(ImageOf(text));
  ASSERT_TRUE(tree);
  EXPECT_EQ(Described(*tree), Described(Parse(text)));
}

// Every document of the pack that the library carries has an image that says
// what its text says.
TEST(YamlImageTest, EmbeddedTreesAreThoseOfTheTexts) {
  if (EmbeddedTrees().empty()) {
    GTEST_SKIP() << "built where trees could not be made";
  }
  size_t documents = 0;
  for (const PackFile& file : BuiltInPackFiles()) {
    if (!file.name.ends_with(".yml")) continue;
    ++documents;
    const auto tree = ReadYamlImage(file.tree);
    ASSERT_TRUE(tree) << file.name;
    EXPECT_EQ(Described(*tree), Described(Parse(file.text))) << file.name;
  }
  EXPECT_EQ(documents, EmbeddedTrees().size());
  EXPECT_GT(documents, 100U);
}

TEST(YamlImageTest, CutAnywhereGivesNothing) {
  const std::string image = ImageOf(kSample);
  for (size_t size = 0; size < image.size(); ++size) {
    EXPECT_FALSE(ReadYamlImage(std::string_view(image).substr(0, size)))
        << size;
  }
  EXPECT_FALSE(ReadYamlImage(image + '\0'));
}

TEST(YamlImageTest, ChangedBytesNeverCrash) {
  const std::string image = ImageOf(kSample);
  for (size_t at = 0; at < image.size(); ++at) {
    for (const unsigned value : {0x00U, 0x02U, 0x03U, 0x7fU, 0x80U, 0xffU}) {
      std::string changed = image;
      changed[at] = static_cast<char>(value);
      const auto tree = ReadYamlImage(changed);
      if (tree) {
        EXPECT_FALSE(Described(*tree).empty());
      }
    }
  }
}

TEST(YamlImageTest, RefusesWhatIsTooDeep) {
  std::string image;
  // Lists of one list each, at line 1, column 1.
  for (int depth = 0; depth < 100; ++depth) image += "\x02\x01\x01\x01";
  image += std::string("\x00\x01\x01", 3);
  EXPECT_FALSE(ReadYamlImage(image));
}

TEST(YamlImageTest, CountsThatPromiseTooMuchAreRefused) {
  // A list of 2^62 nodes.
  EXPECT_FALSE(
      ReadYamlImage("\x02\x01\x01\xff\xff\xff\xff\xff\xff\xff\xff\x3f"));
  // A number that does not end.
  EXPECT_FALSE(ReadYamlImage(std::string(40, '\xff')));
}

}  // namespace
}  // namespace espial::rules
