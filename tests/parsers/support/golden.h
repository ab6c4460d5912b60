// Golden samples of a parser: every file of a folder, and beside it
// FILE.expected with all that the parser makes of it, a line each.
//
// ESPIAL_UPDATE_GOLDEN=1 writes the expectations anew; read the difference
// before you keep it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "tests/parsers/support/parse.h"

namespace espial::testing {

inline std::string ReadWholeFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// Everything that came out. Control characters are escaped, so that one item
// is one line.
inline std::string ShowAll(const Parsed& parsed) {
  std::string out;
  const auto add = [&](const std::string& line) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    for (const char c : line) {
      const auto byte = static_cast<unsigned char>(c);
      if (c == '\n') {
        out += "\\n";
      } else if (byte < 0x20 || byte == 0x7F) {
        out += "\\x";
        out += kDigits[byte >> 4U];
        out += kDigits[byte & 15U];
      } else {
        out += c;
      }
    }
    out += '\n';
  };
  if (!parsed.status) {
    const Error& error = parsed.status.error();
    add("error " + std::string(ErrcName(error.code)) + " " + error.what + "@" +
        std::to_string(error.offset) + ": " + error.detail);
  }
  if (!parsed.kept.note.empty()) add("note " + parsed.kept.note);
  for (const Child& child : parsed.kept.children) {
    add("child " + child.name + " " +
        (child.source == nullptr ? "-" : std::to_string(child.source->size())));
  }
  for (const Event& event : parsed.kept.events) add(Show(event));
  for (const Fact& fact : parsed.kept.facts) add(Show(fact));
  for (const Coverage& coverage : parsed.kept.coverage) add(Show(coverage));
  for (const Damage& damage : parsed.kept.damage) {
    add("damage " + Show(damage));
  }
  return out;
}

// Compares every sample below `folder` (tests/parsers/<format>/golden). The
// parser must also be the one that the registry finds for it, unless the name
// of the sample begins with "unprobed-".
inline void ExpectGolden(const Parser& parser,
                         const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> samples;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".expected") samples.push_back(entry);
  }
  std::sort(samples.begin(), samples.end());
  ASSERT_FALSE(samples.empty()) << folder;
  const char* update = std::getenv("ESPIAL_UPDATE_GOLDEN");
  for (const std::filesystem::path& sample : samples) {
    const std::string name = sample.filename().string();
    const std::string bytes = ReadWholeFile(sample);
    if (!name.starts_with("unprobed-")) {
      const Parser* found = FindParser(AsBytes(bytes));
      EXPECT_EQ(found == nullptr ? "" : found->name, parser.name) << name;
    }
    const auto parsed = Parse(parser, bytes, {}, "bundle.cab!" + name);
    const std::string actual = ShowAll(*parsed);
    const std::filesystem::path golden = sample.string() + ".expected";
    if (update != nullptr && std::string_view(update) == "1") {
      std::ofstream(golden, std::ios::binary) << actual;
    } else {
      EXPECT_EQ(actual, ReadWholeFile(golden)) << name;
    }
  }
}

}  // namespace espial::testing
