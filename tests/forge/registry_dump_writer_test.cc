#include "tools/forge/registry_dump_writer.h"

#include <gtest/gtest.h>

namespace espial::forge {
namespace {

RegistryValue Text(std::string name, std::string text) {
  RegistryValue value;
  value.name = std::move(name);
  value.text = std::move(text);
  return value;
}

RegistryValue Number(std::string name, RegistryType type, uint64_t number) {
  RegistryValue value;
  value.name = std::move(name);
  value.type = type;
  value.number = number;
  return value;
}

TEST(RegistryDumpWriterTest, SpeaksTheDialectOfTheCollector) {
  RegistryValue blob;
  blob.name = "Blob";
  blob.type = RegistryType::kBinary;
  blob.bytes = {std::byte{0x01}, std::byte{0xAB}};
  RegistryValue multi;
  multi.name = "Multi";
  multi.type = RegistryType::kMultiSz;
  multi.texts = {"a", "b"};
  RegistryValue expand = Text("Path", "%a");
  expand.type = RegistryType::kExpandSz;

  const std::string dump = WriteRegistryDump(
      {{"HKEY_LOCAL_MACHINE\\software\\A",
        {Text("UPN", "user@contoso.com"), Text("", "default"),
         Number("State", RegistryType::kDword, 0xA1),
         Number("Big", RegistryType::kQword, 0x1D8ABC), blob, expand, multi}},
       {"HKEY_LOCAL_MACHINE\\software\\Empty", {}}});
  EXPECT_EQ(dump,
            "[HKEY_LOCAL_MACHINE\\software\\A]\r\n"
            "    \"UPN\"=\"user@contoso.com\"\r\n"
            "    @=\"default\"\r\n"
            "    \"State\"=DWORD:000000a1\r\n"
            "    \"Big\"=QWORD:1d8abc\r\n"
            "    \"Blob\"=hex(3):01,ab\r\n"
            "    \"Path\"=hex(2):25,00,61,00,00,00\r\n"
            "    \"Multi\"=hex(7):61,00,00,00,62,00,00,00,00,00\r\n"
            "\r\n"
            "[HKEY_LOCAL_MACHINE\\software\\Empty]\r\n"
            "\r\n");
}

TEST(RegistryDumpWriterTest, EscapesNothing) {
  EXPECT_EQ(
      WriteRegistryDump({{"HKEY_LOCAL_MACHINE\\a",
                          {Text("a\"b\\c", "{\"x\":\"C:\\y\"}\n{\"z\":1}")}}}),
      "[HKEY_LOCAL_MACHINE\\a]\r\n"
      "    \"a\"b\\c\"=\"{\"x\":\"C:\\y\"}\n{\"z\":1}\"\r\n"
      "\r\n");
}

TEST(RegistryDumpWriterTest, TheUsersKeysComeFirst) {
  EXPECT_EQ(WriteRegistryDump({{"HKEY_LOCAL_MACHINE\\a", {}},
                               {"HKEY_CURRENT_USER\\b", {}},
                               {"HKEY_LOCAL_MACHINE\\c", {}}}),
            "[HKEY_CURRENT_USER\\b]\r\n\r\n"
            "[HKEY_LOCAL_MACHINE\\a]\r\n\r\n"
            "[HKEY_LOCAL_MACHINE\\c]\r\n\r\n");
}

TEST(RegistryDumpWriterTest, WritesCodePage1252) {
  // u with dots, the euro sign, a Greek letter, and one beyond 16 bits.
  EXPECT_EQ(WriteRegistryDump({{"HKEY_LOCAL_MACHINE\\a",
                                {Text("n",
                                      "\xC3\xBC\xE2\x82\xAC\xCE\xB1"
                                      "\xF0\x9F\x98\x80!")}}}),
            "[HKEY_LOCAL_MACHINE\\a]\r\n    \"n\"=\"\xFC\x80?\?!\"\r\n\r\n");
}

TEST(RegistryDumpWriterTest, NothingIsNothing) {
  EXPECT_EQ(WriteRegistryDump({}), "");
}

}  // namespace
}  // namespace espial::forge
