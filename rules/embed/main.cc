// espial_embed_trees PACK OUTPUT FILE...: writes OUTPUT, a C++ file that holds
// the YAML trees of the FILES (names below PACK) as images.
//
// A program of the build. A file that is no YAML is left out, and one with
// problems ends the build with their places.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>

#include "rules/engine/diagnostics.h"
#include "rules/engine/yaml.h"
#include "rules/engine/yaml_image.h"

namespace {

using namespace espial::rules;

constexpr size_t kBytesALiteral = 64;

bool ReadFile(const std::string& path, std::string* out) {
  std::ifstream stream(path, std::ios::binary);
  out->assign(std::istreambuf_iterator<char>(stream), {});
  return stream.good() || stream.eof();
}

// As string literals of some bytes each, because compilers dislike endless
// lines.
void AppendLiterals(std::string_view bytes, std::string* out) {
  for (size_t at = 0; at < bytes.size(); at += kBytesALiteral) {
    out->push_back('"');
    for (const char c : bytes.substr(at, kBytesALiteral)) {
      *out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
    *out += "\"\n";
  }
}

int Run(std::span<char*> args) {
  const std::string pack = args[1];
  std::string text =
      "// Made from rules/packs by espial_embed_trees.\n"
      "#include \"rules/engine/embedded_pack.h\"\n\n"
      "namespace espial::rules {\nnamespace {\n";
  std::string table;
  size_t count = 0;
  for (const std::string_view name : args.subspan(3)) {
    if (!name.ends_with(".yml")) continue;
    std::string yaml;
    if (!ReadFile(fmt::format("{}/{}", pack, name), &yaml)) {
      fmt::print(stderr, "{}/{}: cannot be read\n", pack, name);
      return 1;
    }
    Diagnostics diagnostics;
    const auto tree = ParseYaml(yaml, Reporter{name, &diagnostics});
    for (const Diagnostic& problem : diagnostics.Sorted()) {
      fmt::print(stderr, "{}/{}\n", pack, problem.ToString());
    }
    if (!tree || !diagnostics.empty()) return 1;
    std::string image;
    AppendYamlImage(*tree, &image);
    text += fmt::format("constexpr char kTree{}[] =\n", count);
    AppendLiterals(image, &text);
    text += ";\n";
    table += fmt::format("    {{\"{}\", {{kTree{}, sizeof(kTree{}) - 1}}}},\n",
                         name, count, count);
    ++count;
  }
  text += fmt::format(
      "}}  // namespace\n\n"
      "std::span<const EmbeddedFile> EmbeddedTrees() {{\n"
      "  static constexpr EmbeddedFile kTrees[] = {{\n{}  }};\n"
      "  return kTrees;\n}}\n\n}}  // namespace espial::rules\n",
      table);
  std::ofstream stream(args[2], std::ios::binary);
  stream << text;
  stream.close();
  if (stream) return 0;
  fmt::print(stderr, "{}: cannot be written\n", args[2]);
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fputs("usage: espial_embed_trees PACK OUTPUT FILE...\n", stderr);
    return 2;
  }
  try {
    return Run({argv, static_cast<size_t>(argc)});
  } catch (const std::exception& error) {
    fmt::print(stderr, "espial_embed_trees: {}\n", error.what());
    return 1;
  }
}
