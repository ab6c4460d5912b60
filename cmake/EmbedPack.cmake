# Writes OUTPUT, a C++ file that holds the text of FILES (below PACK_DIR).
set(out "// Made from rules/packs by cmake/EmbedPack.cmake.
#include \"rules/engine/embedded_pack.h\"

namespace espial::rules {
namespace {
")
set(table "")
set(count 0)
foreach(file IN LISTS FILES)
  file(READ "${PACK_DIR}/${file}" hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" text "${hex}")
  # One literal a kilobyte: compilers dislike endless lines.
  string(REGEX REPLACE "(................................................................................................................................................................................................................................................................)" "\\1\"\n\"" text "${text}")
  string(APPEND out "constexpr char kText${count}[] =\n\"${text}\";\n")
  string(APPEND table
    "    {\"${file}\", {kText${count}, sizeof(kText${count}) - 1}},\n")
  math(EXPR count "${count} + 1")
endforeach()
string(APPEND out "}  // namespace

std::span<const EmbeddedFile> EmbeddedPack() {
  static constexpr EmbeddedFile kFiles[] = {
${table}  };
  return kFiles;
}

}  // namespace espial::rules
")
file(WRITE "${OUTPUT}" "${out}")
