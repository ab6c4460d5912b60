// ZIP archives, sound and broken one field at a time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "tests/parsers/archive/harness.h"
#include "tests/parsers/archive/zip/zip_builder.h"

namespace espial::archive_zip {

extern const Parser kParser;

namespace {

using archive::Outcome;
using archive::Probes;
using archive::RunParser;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::string Text(size_t size) {
  std::string text;
  uint32_t state = 7;
  while (text.size() < size) {
    state = state * 1664525U + 1013904223U;
    text += "line " + std::to_string(state >> 8U) + "\r\n";
  }
  text.resize(size);
  return text;
}

BuiltMember Stored(std::string name, std::string content) {
  BuiltMember member;
  member.name = std::move(name);
  member.content = std::move(content);
  member.deflate = false;
  return member;
}
BuiltMember Deflated(std::string name, std::string content) {
  BuiltMember member = Stored(std::move(name), std::move(content));
  member.deflate = true;
  return member;
}

TEST(ZipTest, YieldsMembersWhole) {
  const std::string zip =
      BuildZip({Deflated("a.log", Text(300'000)), Stored("dir/b", "bb"),
                Stored("dir/", ""), Stored("zero", "")});
  EXPECT_TRUE(Probes(kParser, zip));
  const Outcome out = RunParser(kParser, zip);
  ASSERT_TRUE(out.status);
  EXPECT_THAT(out.Names(), ElementsAre("a.log", "dir/b", "zero"));
  EXPECT_TRUE(out.Content("a.log") == Text(300'000));
  EXPECT_EQ(out.Content("dir/b"), "bb");
  EXPECT_EQ(out.Content("zero"), "");
  EXPECT_THAT(out.Damages(), IsEmpty());
  EXPECT_EQ(out.children[1].packed_size, 2U);
}

TEST(ZipTest, EmptyArchive) {
  const std::string zip = BuildZip({});
  EXPECT_TRUE(Probes(kParser, zip));
  const Outcome out = RunParser(kParser, zip);
  EXPECT_TRUE(out.status);
  EXPECT_THAT(out.children, IsEmpty());
  EXPECT_THAT(out.Damages(), IsEmpty());
}

TEST(ZipTest, Probe) {
  EXPECT_FALSE(Probes(kParser, ""));
  EXPECT_FALSE(Probes(kParser, "PK"));
  EXPECT_FALSE(Probes(kParser, "PK\1\2 no"));
  EXPECT_FALSE(
      Probes(kParser, std::string("text PK\5\6") + std::string(30, '\xFF')));
  ZipOptions options;
  options.prefix = "MZ" + std::string(500, 'x');
  EXPECT_TRUE(Probes(kParser, BuildZip({Stored("a", "1")}, options)));
}

TEST(ZipTest, FlattenedDiagLogsNamesSurvive) {
  const std::vector<std::string> names = {
      "(45) Events Application Events.evtx",
      "(1) No Results - Error [0x80070001] RegistryKey "
      "HKLM_SOFTWARE_Microsoft_CloudManagedUpdate",
      "(31) Command windir_system32_Dsregcmd_exe_status output.log"};
  const Outcome out =
      RunParser(kParser, BuildZip({Stored(names[0], "x"), Stored(names[1], ""),
                                   Deflated(names[2], "y")}));
  EXPECT_THAT(out.Names(), ElementsAre(names[0], names[1], names[2]));
  EXPECT_THAT(out.Damages(), IsEmpty());
  // The empty member's name is all that is known of the directive.
  EXPECT_THAT(out.facts, ElementsAre("(1) RegistryKey HKLM_SOFTWARE_Microsoft_"
                                     "CloudManagedUpdate|failed|0x80070001"));
}

TEST(ZipTest, BackslashesAreSeparators) {
  const std::string name =
      "(64) FoldersFiles ProgramData_Logs\\intunemanagementextension.log";
  const Outcome out =
      RunParser(kParser, BuildZip({Stored(name, "x"), Stored("d\\", "")}));
  EXPECT_THAT(out.Names(), ElementsAre("(64) FoldersFiles ProgramData_Logs/"
                                       "intunemanagementextension.log"));
  EXPECT_THAT(out.Damages(), IsEmpty());
}

// What 7-Zip calls "Headers Error": local headers that differ in version,
// flags and separators.
TEST(ZipTest, LocalHeadersThatDisagreeHarmlessly) {
  BuiltMember member = Deflated("folder/a.log", "content");
  member.local_version = 45;
  member.local_name = "folder\\a.log";
  member.local_method = uint16_t{0};
  const Outcome out = RunParser(kParser, BuildZip({member}));
  EXPECT_EQ(out.Content("folder/a.log"), "content");
  EXPECT_THAT(out.Damages(), IsEmpty());
}

TEST(ZipTest, LocalNameThatDiffersIsTold) {
  BuiltMember member = Deflated("a.log", "content");
  member.local_name = "other.exe";
  const Outcome out =
      RunParser(kParser, BuildZip({member, Deflated("b", "2")}));
  EXPECT_EQ(out.Content("a.log"), "content");
  EXPECT_THAT(out.Damages(),
              ElementsAre("bad value|local header name|odd|differs from the "
                          "central directory in 1 members, the first is "
                          "\"a.log\""));
}

TEST(ZipTest, SizesInTheDirectoryLie) {
  BuiltMember member = Deflated("a", Text(100'000));
  member.unpacked = 10U;
  Outcome out = RunParser(kParser, BuildZip({member}));
  EXPECT_TRUE(out.Content("a") == Text(100'000));
  EXPECT_THAT(out.Damages(),
              ElementsAre("bad value|unpacked size|odd|\"a\": the directory "
                          "says 10, the data hold 100000"));

  member.unpacked = 0xFFFFFFF0U;
  out = RunParser(kParser, BuildZip({member}));
  EXPECT_TRUE(out.Content("a") == Text(100'000));
  EXPECT_THAT(out.Damages(), ElementsAre(HasSubstr("says 4294967280")));

  member.unpacked.reset();
  member.packed = 10U;
  out = RunParser(kParser, BuildZip({member, Stored("b", "b")}));
  EXPECT_TRUE(out.Content("a") == Text(100'000));
  EXPECT_EQ(out.Content("b"), "b");
  EXPECT_THAT(out.Damages(),
              ElementsAre(StartsWith("bad value|packed size|odd|\"a\": the "
                                     "directory says 10, the data take ")));
}

TEST(ZipTest, WrongChecksum) {
  BuiltMember member = Deflated("a", "content");
  member.crc = 0x12345678U;
  const Outcome out = RunParser(kParser, BuildZip({member}));
  EXPECT_EQ(out.Content("a"), "content");
  EXPECT_EQ(out.NoteOf("a"), "checksum mismatch");
  ASSERT_EQ(out.damage.size(), 1U);
  EXPECT_EQ(out.damage[0].error.code, Errc::kBadChecksum);
  EXPECT_TRUE(out.damage[0].lossy);
  EXPECT_THAT(out.damage[0].error.detail,
              StartsWith("\"a\": expected 0x12345678, found 0x"));
}

TEST(ZipTest, BrokenDeflateKeepsWhatCameBefore) {
  BuiltMember member = Deflated("a", Text(200'000));
  std::string raw = Deflate(member.content);
  for (size_t i = raw.size() / 2; i < raw.size(); ++i) raw[i] = '\xFF';
  member.raw_data = raw;
  const Outcome out = RunParser(kParser, BuildZip({member, Stored("b", "b")}));
  const std::string part = out.Content("a");
  EXPECT_GT(part.size(), 50'000U);
  EXPECT_TRUE(part.substr(0, 50'000) == Text(50'000));
  EXPECT_EQ(out.NoteOf("a"), "truncated");
  EXPECT_EQ(out.Content("b"), "b");
  EXPECT_THAT(out.Damages(),
              ElementsAre(HasSubstr("|member data|lossy|\"a\": ")));
}

TEST(ZipTest, EncryptedMemberIsNamed) {
  BuiltMember member = Deflated("secret", "x");
  member.flags = 1;
  const Outcome out = RunParser(kParser, BuildZip({member, Stored("b", "b")}));
  EXPECT_THAT(out.Names(), ElementsAre("b"));
  EXPECT_THAT(out.Unread(), ElementsAre("secret"));
  EXPECT_EQ(out.NoteOf("secret"), "encrypted");
  EXPECT_THAT(out.Damages(),
              ElementsAre("unsupported|encrypted member|lossy|\"secret\": "
                          "needs a password"));
}

TEST(ZipTest, UnsupportedMethodIsNamed) {
  BuiltMember member = Deflated("big", "x");
  member.method = uint16_t{9};
  const Outcome out = RunParser(kParser, BuildZip({member, Stored("b", "b")}));
  EXPECT_THAT(out.Names(), ElementsAre("b"));
  EXPECT_EQ(out.NoteOf("big"), "unsupported");
  EXPECT_THAT(out.Damages(),
              ElementsAre("unsupported|compression method|lossy|\"big\": "
                          "compression method 9 (Deflate64)"));
}

// BZip2 of "hello\n", by the library that has it.
TEST(ZipTest, Bzip2ByLibzip) {
  const std::string raw(
      "BZh91AY&SY\xC1\xC0\x80\xE2\x00\x00\x01\x41\x00\x00\x10\x02\x44\xA0"
      "\x00\x30\xCD\x00\xC3\x46\x29\x97\x17\x72\x45\x38\x50\x90\xC1\xC0"
      "\x80\xE2",
      42);
  BuiltMember member = Deflated("a", "hello\n");
  member.method = uint16_t{12};
  member.raw_data = raw;
  ZipOptions prefixed;
  prefixed.prefix = "MZ in front";
  for (const ZipOptions& options : {ZipOptions(), prefixed}) {
    const Outcome out =
        RunParser(kParser, BuildZip({Stored("z", "z"), member}, options));
    EXPECT_EQ(out.Content("a"), "hello\n");
    EXPECT_THAT(out.Damages(), IsEmpty());
  }
  member.raw_data = raw.substr(0, 25) + std::string(17, 'x');
  const Outcome out = RunParser(kParser, BuildZip({member}));
  EXPECT_THAT(out.Unread(), ElementsAre("a"));
  EXPECT_THAT(out.Damages(), ElementsAre(HasSubstr("member data|lossy|\"a\"")));
}

TEST(ZipTest, OverlappingMembersAreRefusedByName) {
  // "b" points into "a".
  BuiltMember a = Stored("a", Text(1000));
  BuiltMember b = Stored("b", "bbb");
  const std::string inner = BuildZip({Stored("inner", "123")});
  a.content.replace(100, inner.size(), inner);
  b.local_offset = 30 + 1 + 100;
  const Outcome out = RunParser(kParser, BuildZip({a, b, Stored("c", "c")}));
  EXPECT_THAT(out.Names(), ElementsAre("c"));
  EXPECT_THAT(out.Unread(), ElementsAre("a", "b"));
  EXPECT_EQ(out.NoteOf("a"), "overlapping");
  EXPECT_THAT(out.Damages(),
              Contains(AllOf(StartsWith("limit exceeded|overlapping members|"
                                        "lossy|"),
                             HasSubstr("\"a\" at 0"), HasSubstr("\"b\" at 131"),
                             HasSubstr("both are refused"))));
}

TEST(ZipTest, ManyEntriesOfOneMemberAreRefused) {
  std::vector<BuiltMember> members = {Deflated("a", Text(5000))};
  for (int i = 0; i < 500; ++i) {
    members.push_back(Deflated("a" + std::to_string(i), ""));
    members.back().raw_data = "";
    members.back().local_offset = 0U;
    members.back().packed = 1000U;
  }
  const Outcome out = RunParser(kParser, BuildZip(members));
  EXPECT_THAT(out.Names(), IsEmpty());
  EXPECT_EQ(out.Unread().size(), 501U);
}

TEST(ZipTest, RatioBomb) {
  Limits limits;
  limits.ratio_free_bytes = 1 << 20;
  limits.ratio = 100;
  const Outcome out =
      RunParser(kParser,
                BuildZip({Deflated("bomb", std::string(20 << 20, '\0')),
                          Deflated("b", "b")}),
                limits);
  EXPECT_THAT(out.Names(), ElementsAre("b"));
  EXPECT_EQ(out.NoteOf("bomb"), "over a limit");
  EXPECT_THAT(out.Damages(),
              ElementsAre(AllOf(StartsWith("limit exceeded|member|lossy|"
                                           "\"bomb\": "),
                                HasSubstr("limit 100:1"))));
}

TEST(ZipTest, MemberTotalAndCountLimits) {
  const std::string zip =
      BuildZip({Stored("a", Text(1000)), Deflated("b", Text(3000)),
                Stored("c", Text(1000)), Stored("d", Text(1000))});
  Limits limits;
  limits.member_bytes = 2000;
  Outcome out = RunParser(kParser, zip, limits);
  EXPECT_THAT(out.Names(), ElementsAre("a", "c", "d"));
  EXPECT_THAT(out.Damages(), ElementsAre(HasSubstr("limit of 2000 bytes")));

  limits = Limits();
  limits.total_bytes_out = 2000;
  out = RunParser(kParser, zip, limits);
  EXPECT_THAT(out.Names(), ElementsAre("a"));
  EXPECT_THAT(out.Damages(),
              Contains(HasSubstr("yield more than the limit of 2000 bytes")));

  limits = Limits();
  limits.members = 2;
  out = RunParser(kParser, zip, limits);
  EXPECT_THAT(out.Names(), ElementsAre("a", "b"));
  EXPECT_THAT(out.Damages(),
              ElementsAre(AllOf(StartsWith("limit exceeded|members|lossy|"),
                                HasSubstr("2 members of this one"))));
}

TEST(ZipTest, DuplicateNames) {
  const Outcome out = RunParser(
      kParser, BuildZip({Stored("a.log", "1"), Stored("A.LOG", "2")}));
  EXPECT_THAT(out.Names(), ElementsAre("a.log", "A.LOG"));
  EXPECT_EQ(out.Content("A.LOG"), "2");
  EXPECT_THAT(out.Damages(),
              ElementsAre("bad value|member name|odd|\"A.LOG\" occurs more "
                          "than once"));
}

TEST(ZipTest, HostileNames) {
  const Outcome out = RunParser(
      kParser, BuildZip({Stored("../../etc/passwd", "1"), Stored("/abs", "2"),
                         Stored("C:\\x", "3"), Stored("..", "4"),
                         Stored(std::string("nul\0byte", 8), "5"),
                         Stored("a:stream", "6")}));
  EXPECT_THAT(out.Names(), ElementsAre("etc/passwd", "abs", "x", "unnamed-3",
                                       "nul_byte", "a_stream"));
  EXPECT_EQ(out.damage.size(), 6U);
  EXPECT_FALSE(out.AnyLossy());
}

TEST(ZipTest, NameEncodings) {
  BuiltMember flagged = Stored("caf\xC3\xA9", "1");
  flagged.flags = 0x800;
  BuiltMember field = Stored("x?.log", "5");
  // Unicode path: version 1, CRC of "x?.log", the name.
  field.extra = std::string("\x75\x70\x0C\x00\x01", 5);
  const std::string crc = BuildZip({Stored("n", "x?.log")}).substr(14, 4);
  field.extra += crc + "\xC5\x82.log\0";
  field.extra = field.extra.substr(0, 5 + 4 + 6);
  field.extra[2] = static_cast<char>(field.extra.size() - 4);
  const Outcome out = RunParser(
      kParser,
      BuildZip({flagged, Stored("na\xC3\xAFve", "2"),  // UTF-8, not flagged
                Stored("gr\x81n", "3"),                // 437
                Stored("gr\xFCn", "4"), field}));      // 1252
  EXPECT_THAT(out.Names(),
              ElementsAre("caf\xC3\xA9", "na\xC3\xAFve", "gr\xC3\xBCn",
                          "gr\xC3\xBCn", "\xC5\x82.log"));
}

TEST(ZipTest, DataDescriptors) {
  BuiltMember a = Deflated("a", Text(50'000));
  a.descriptor = true;
  BuiltMember b = Stored("b", "stored with descriptor");
  b.descriptor = true;
  const Outcome out = RunParser(kParser, BuildZip({a, b}));
  EXPECT_TRUE(out.Content("a") == Text(50'000));
  EXPECT_EQ(out.Content("b"), "stored with descriptor");
  EXPECT_THAT(out.Damages(), IsEmpty());
}

TEST(ZipTest, Zip64) {
  BuiltMember a = Deflated("a", Text(50'000));
  a.zip64 = true;
  ZipOptions options;
  options.zip64_end = true;
  Outcome out =
      RunParser(kParser, BuildZip({Stored("first", "1"), a}, options));
  EXPECT_TRUE(out.Content("a") == Text(50'000));
  EXPECT_THAT(out.Damages(), IsEmpty());
  options.prefix = "something in front";
  out = RunParser(kParser, BuildZip({Stored("first", "1"), a}, options));
  EXPECT_TRUE(out.Content("a") == Text(50'000));
  EXPECT_EQ(out.Content("first"), "1");
  EXPECT_THAT(out.Damages(), IsEmpty());
}

TEST(ZipTest, PrefixedArchives) {
  ZipOptions options;
  options.prefix = "MZ" + std::string(70'000, 'x') + "PK\3\4 not a header";
  for (const bool corrected : {false, true}) {
    options.corrected = corrected;
    const Outcome out = RunParser(
        kParser, BuildZip({Deflated("a", "1"), Stored("b", "2")}, options));
    EXPECT_EQ(out.Content("a"), "1");
    EXPECT_EQ(out.Content("b"), "2");
    EXPECT_THAT(out.Damages(), IsEmpty());
  }
}

TEST(ZipTest, CommentsAndTrailingBytes) {
  ZipOptions options;
  options.comment =
      "a comment that holds PK\5\6 itself, and more than 22 bytes";
  Outcome out = RunParser(kParser, BuildZip({Stored("a", "1")}, options));
  EXPECT_EQ(out.Content("a"), "1");
  EXPECT_THAT(out.Damages(), IsEmpty());
  out = RunParser(kParser, BuildZip({Stored("a", "1")}) + "trailing");
  EXPECT_EQ(out.Content("a"), "1");
  EXPECT_THAT(out.Damages(), IsEmpty());
}

TEST(ZipTest, WrongEntryCount) {
  ZipOptions options;
  options.entries = uint16_t{1};
  Outcome out = RunParser(
      kParser, BuildZip({Stored("a", "1"), Stored("b", "2")}, options));
  EXPECT_THAT(out.Names(), ElementsAre("a", "b"));
  EXPECT_THAT(out.Damages(),
              ElementsAre("bad value|central directory entries|odd|the end "
                          "record says 1, found 2"));
  options.entries = uint16_t{9};
  out = RunParser(kParser,
                  BuildZip({Stored("a", "1"), Stored("b", "2")}, options));
  EXPECT_THAT(out.Names(), ElementsAre("a", "b"));
  EXPECT_THAT(out.Damages(), ElementsAre(HasSubstr("says 9, found 2")));
}

TEST(ZipTest, BrokenDirectoryEntryLosesNoMember) {
  std::string zip = BuildZip(
      {Deflated("a", "one"), Stored("b", "two"), Deflated("c", "three")});
  const size_t second = zip.find("PK\1\2", zip.find("PK\1\2") + 1);
  zip[second] = 'X';
  const Outcome out = RunParser(kParser, zip);
  EXPECT_THAT(out.Names(), ElementsAre("a", "b", "c"));
  EXPECT_EQ(out.Content("c"), "three");
  EXPECT_EQ(out.note, "salvaged");
  EXPECT_THAT(out.Damages(),
              ElementsAre(StartsWith("bad value|central directory entries|"
                                     "lossy|the end record says 3, found 1")));
}

TEST(ZipTest, LocalHeaderMissing) {
  std::string zip = BuildZip({Stored("a", "one"), Stored("b", "two")});
  zip[0] = 'X';
  const Outcome out = RunParser(kParser, zip);
  EXPECT_THAT(out.Names(), ElementsAre("b"));
  EXPECT_THAT(out.Unread(), ElementsAre("a"));
  EXPECT_THAT(out.Damages(),
              ElementsAre(AllOf(StartsWith("bad magic|local header|lossy|"),
                                HasSubstr("expected 0x04034b50"))));
}

// Cut at every length: what comes is a prefix of the truth, never less than
// before, and never without a word.
TEST(ZipTest, TruncationIsMonotone) {
  BuiltMember deferred = Deflated("d", Text(90));
  deferred.descriptor = true;
  const std::string zip =
      BuildZip({Stored("a", "stored member"), Deflated("b", Text(100)),
                deferred, Stored("z", "")});
  const Outcome whole = RunParser(kParser, zip);
  ASSERT_EQ(whole.Names().size(), 4U);
  const std::vector<std::string> names = {"a", "b", "d"};
  std::vector<size_t> before(names.size());
  for (size_t size = 0; size < zip.size(); ++size) {
    SCOPED_TRACE(size);
    const Outcome out = RunParser(kParser, zip.substr(0, size));
    ASSERT_TRUE(!out.status || out.AnyLossy());
    for (size_t i = 0; i < names.size(); ++i) {
      const std::string content = out.Content(names[i]);
      const bool read = content != "<no such member>";
      const size_t got = read ? content.size() : 0;
      EXPECT_GE(got, before[i]);
      before[i] = got;
      if (!read) continue;
      EXPECT_THAT(whole.Content(names[i]), StartsWith(content));
      if (content != whole.Content(names[i])) {
        EXPECT_EQ(out.NoteOf(names[i]), "truncated");
      }
    }
  }
  EXPECT_EQ(before[1], 100U);
}

TEST(ZipTest, TruncatedArchiveSaysWhere) {
  const std::string zip =
      BuildZip({Deflated("a", Text(5000)), Deflated("b", Text(200'000))});
  const std::string cut = zip.substr(0, zip.size() / 2);
  const Outcome out = RunParser(kParser, cut);
  EXPECT_TRUE(out.Content("a") == Text(5000));
  EXPECT_EQ(out.NoteOf("a"), "");
  EXPECT_EQ(out.NoteOf("b"), "truncated");
  EXPECT_EQ(out.note, "salvaged");
  ASSERT_EQ(out.damage.size(), 2U);
  EXPECT_EQ(out.damage[0].error.what, "end of central directory");
  EXPECT_EQ(out.damage[0].error.offset, cut.size());
  EXPECT_EQ(out.damage[1].error.what, "member data");
  EXPECT_THAT(out.damage[1].error.detail, HasSubstr("of 200000 bytes"));
}

// A zip within a truncated zip stays one member.
TEST(ZipTest, StoredArchiveInATruncatedOne) {
  const std::string inner = BuildZip({Stored("inner", Text(500))});
  const std::string zip =
      BuildZip({Stored("nested.zip", inner), Stored("b", "2")});
  const Outcome out = RunParser(kParser, zip.substr(0, zip.size() - 30));
  EXPECT_THAT(out.Names(), ElementsAre("nested.zip", "b"));
  EXPECT_TRUE(out.Content("nested.zip") == inner);
}

// Headers that all claim the rest of the file must not be read again and again.
TEST(ZipTest, HostileLocalHeadersTakeLinearTime) {
  const std::string header = BuildZip({Stored("a", "")}).substr(0, 31);
  std::string stored = header;
  for (size_t i = 18; i < 26; ++i) stored[i] = '\x11';
  std::string deferred = header;
  deferred[6] = '\x08';
  std::string sealed = deferred;
  sealed[6] = '\x09';
  for (const std::string& one : {header, stored, deferred, sealed}) {
    std::string hostile;
    for (int i = 0; i < 50'000; ++i) hostile += one;
    const auto start = std::chrono::steady_clock::now();
    const Outcome out = RunParser(kParser, hostile);
    EXPECT_LT(std::chrono::steady_clock::now() - start,
              std::chrono::seconds(20));
    uint64_t total = 0;
    for (const Child& child : out.children) {
      if (child.source != nullptr) total += child.source->size();
    }
    EXPECT_LE(total, hostile.size());
  }
}

TEST(ZipTest, NothingToRead) {
  const Outcome out = RunParser(kParser, "PK\3\4 but nothing else");
  ASSERT_FALSE(out.status);
  EXPECT_EQ(out.status.error().ToString(),
            "truncated: end of central directory at offset 21: not found");
}

}  // namespace
}  // namespace espial::archive_zip
