// What the front door does with paths.
#include <espial/core/text.h>
#include <espial/espial.h>
#include <espial/report/report.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tests/api/bundle.h"

namespace espial::api_test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::string> Provenances(const Case& the_case) {
  std::vector<std::string> names;
  for (const Artifact& artifact : the_case.artifacts) {
    names.push_back(artifact.provenance);
  }
  return names;
}

TEST(Inputs, AMissingPathIsNotFound) {
  const TempFolder folder;
  const std::string path = folder.Path("absent.zip");
  const auto result = Analyze(path, ReadOnly());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().ToString(),
            "not found: " + path + ": no such file or folder");
}

TEST(Inputs, OneMissingPathAmongSeveralIsNotFound) {
  const TempFolder folder;
  const std::vector<std::string> paths = {folder.Write("a.txt", "text"),
                                          folder.Path("absent.zip")};
  const auto result = Analyze(paths, ReadOnly());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::kNotFound);
  EXPECT_EQ(result.error().what, paths[1]);
}

TEST(Inputs, NoPathAndAnEmptyPathAreErrors) {
  const auto none = Analyze(std::span<const std::string>(), ReadOnly());
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().ToString(), "invalid argument: no path was given");
  EXPECT_FALSE(Analyze(std::string(), ReadOnly()));
}

TEST(Inputs, AnEmptyFolderIsAnError) {
  const TempFolder folder;
  const auto result = Analyze(folder.root(), ReadOnly());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().ToString(),
            "not found: " + folder.root() + ": the folder holds no file");
}

TEST(Inputs, AnEmptyFileIsListed) {
  const TempFolder folder;
  const auto result = Analyze(folder.Write("empty.evtx", ""), ReadOnly());
  ASSERT_TRUE(result) << result.error().ToString();
  ASSERT_THAT(result->artifacts, SizeIs(1));
  EXPECT_EQ(result->artifacts[0].format, "empty");
  EXPECT_EQ(result->artifacts[0].state, ArtifactState::kWhole);
  EXPECT_EQ(result->artifacts[0].size, 0U);
  EXPECT_THAT(result->damage, IsEmpty());
}

TEST(Inputs, UnknownBytesAreListed) {
  const TempFolder folder;
  std::string bytes;
  for (int i = 0; i < 5000; ++i) bytes.push_back(static_cast<char>(i * 37));
  const auto result = Analyze(folder.Write("core.bin", bytes), ReadOnly());
  ASSERT_TRUE(result) << result.error().ToString();
  ASSERT_THAT(result->artifacts, SizeIs(1));
  EXPECT_EQ(result->artifacts[0].format, "binary");
  EXPECT_EQ(result->artifacts[0].state, ArtifactState::kNotUnderstood);
  EXPECT_EQ(result->artifacts[0].size, 5000U);
  EXPECT_THAT(result->inputs, ElementsAre("core.bin"));
}

TEST(Inputs, AFolderIsReadToItsDepth) {
  const TempFolder folder;
  folder.Write("b/top.txt", "text");
  folder.Write("b/logs/deep/x.txt", "text");
  folder.Write("b/logs/a.txt", "text");
  folder.Write("b/.hidden", "text");
  const auto result = Analyze(folder.Path("b"), ReadOnly());
  ASSERT_TRUE(result) << result.error().ToString();
  EXPECT_THAT(result->inputs, ElementsAre("b"));
  EXPECT_THAT(Provenances(*result),
              ElementsAre("b/.hidden", "b/logs/a.txt", "b/logs/deep/x.txt",
                          "b/top.txt"));
  for (const Artifact& artifact : result->artifacts) {
    EXPECT_EQ(artifact.depth, 0U);
    EXPECT_EQ(artifact.parent, artifact.id);
  }
  // With a slash at its end it is the same folder.
  const auto again = Analyze(folder.Path("b") + "/", ReadOnly());
  ASSERT_TRUE(again);
  EXPECT_EQ(Describe(*result), Describe(*again));
}

TEST(Inputs, WhatCannotBeReadInAFolderIsNamed) {
  const TempFolder folder;
  folder.Write("b/good.txt", "text");
  fs::create_symlink("nowhere", folder.Path("b/dangling.evtx"));
  ASSERT_EQ(mkfifo(folder.Path("b/pipe.log").c_str(), 0600), 0);
  const auto result = Analyze(folder.Path("b"), ReadOnly());
  ASSERT_TRUE(result) << result.error().ToString();
  EXPECT_THAT(Provenances(*result),
              ElementsAre("b/dangling.evtx", "b/good.txt", "b/pipe.log"));
  for (const std::string name : {"b/dangling.evtx", "b/pipe.log"}) {
    const Artifact* artifact = FindArtifact(*result, name);
    ASSERT_NE(artifact, nullptr) << name;
    EXPECT_EQ(artifact->state, ArtifactState::kRefused) << name;
    EXPECT_EQ(artifact->damages, 1U) << name;
  }
  EXPECT_THAT(
      DamageLines(*result),
      ElementsAre(AllOf(HasSubstr("b/dangling.evtx: not found: "),
                        HasSubstr("cannot open: No such file")),
                  "b/pipe.log: unsupported: special file at offset 0: pipes, "
                  "sockets and devices are not read"));
  EXPECT_TRUE(result->damage[0].lossy);
}

TEST(Inputs, LinksToFilesAreReadAndLinksToFoldersAreNot) {
  const TempFolder folder;
  folder.Write("elsewhere/x.txt", "text");
  folder.Write("b/good.txt", "text");
  fs::create_symlink("good.txt", folder.Path("b/link.txt"));
  fs::create_symlink("../elsewhere", folder.Path("b/link"));
  fs::create_symlink(".", folder.Path("b/loop"));
  const auto result = Analyze(folder.Path("b"), ReadOnly());
  ASSERT_TRUE(result) << result.error().ToString();
  EXPECT_THAT(Provenances(*result), ElementsAre("b/good.txt", "b/link.txt"));
  EXPECT_THAT(result->damage, IsEmpty());
}

// Runs `body` as a user who may not read everything; gives its exit code.
template <typename Body>
int AsNobody(const Body& body) {
  constexpr uid_t kNobody = 65534;
  const pid_t child = fork();
  if (child == 0) {
    if (geteuid() == 0 && (setegid(kNobody) != 0 || seteuid(kNobody) != 0)) {
      _exit(100);
    }
    _exit(body());
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status)) {
    return 101;
  }
  return WEXITSTATUS(status);
}

TEST(Inputs, WhatMayNotBeReadIsNamedAndTheRestIsRead) {
  const TempFolder folder;
  folder.Write("b/good.txt", "text");
  folder.Write("b/secret.txt", "text");
  folder.Write("b/closed/inside.txt", "text");
  fs::permissions(folder.root(), fs::perms::others_exec | fs::perms::owner_all);
  fs::permissions(folder.Path("b/secret.txt"), fs::perms::none);
  fs::permissions(folder.Path("b/closed"), fs::perms::none);
  const int code = AsNobody([&] {
    const auto result = Analyze(folder.Path("b"), ReadOnly());
    if (!result) return 1;
    if (Provenances(*result) !=
        std::vector<std::string>{"b/closed", "b/good.txt", "b/secret.txt"}) {
      return 2;
    }
    const auto lines = DamageLines(*result);
    if (lines.size() != 2) return 3;
    if (lines[0].find("cannot list: Permission denied") == std::string::npos) {
      return 4;
    }
    if (lines[1].find("cannot open: Permission denied") == std::string::npos) {
      return 5;
    }
    return result->artifacts[1].state == ArtifactState::kNotUnderstood ? 0 : 6;
  });
  fs::permissions(folder.Path("b/closed"), fs::perms::owner_all);
  if (code == 100) GTEST_SKIP() << "this user cannot become another one";
  EXPECT_EQ(code, 0);
}

TEST(Inputs, ANameThatIsNoUtf8DoesNotBreakTheReport) {
  const TempFolder folder;
  folder.Write("b/caf\xE9\x1B[31m.txt", "text");
  const auto result = Analyze(folder.Path("b"), ReadOnly());
  ASSERT_TRUE(result) << result.error().ToString();
  EXPECT_THAT(result->artifacts, SizeIs(1));
  EXPECT_TRUE(IsValidUtf8(report::TriageJson(*result)));
  EXPECT_EQ(report::TreeText(*result, {}).find('\x1B'), std::string::npos);
}

TEST(Inputs, PathsOfTheSameNameAreToldApart) {
  const TempFolder folder;
  const std::vector<std::string> paths = {folder.Write("one/x.txt", "a"),
                                          folder.Write("two/x.txt", "bb"),
                                          folder.Write("y.txt", "ccc")};
  const auto result = Analyze(paths, ReadOnly());
  ASSERT_TRUE(result) << result.error().ToString();
  EXPECT_THAT(Provenances(*result), ElementsAre(paths[0], paths[1], "y.txt"));
  EXPECT_THAT(result->inputs, ElementsAre(paths[0], paths[1], "y.txt"));
  EXPECT_EQ(result->artifacts[0].size, 1U);
  EXPECT_EQ(result->artifacts[1].size, 2U);
}

TEST(Inputs, ThePathGivenTwiceIsReadOnce) {
  const TempFolder folder;
  const std::string path = folder.Write("x.txt", "a");
  const auto result = Analyze(std::vector<std::string>{path, path}, ReadOnly());
  ASSERT_TRUE(result) << result.error().ToString();
  EXPECT_THAT(result->artifacts, SizeIs(1));
  EXPECT_THAT(result->inputs, ElementsAre("x.txt"));
}

TEST(Inputs, TooManyFilesAreALimit) {
  const TempFolder folder;
  for (int i = 0; i < 4; ++i) {
    folder.Write("b/" + std::to_string(i) + ".txt", "text");
  }
  Options options = ReadOnly();
  options.limits.members = 4;
  EXPECT_TRUE(Analyze(folder.Path("b"), options));
  options.limits.members = 3;
  const auto result = Analyze(folder.Path("b"), options);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().ToString(), "limit exceeded: files below " +
                                           folder.Path("b") +
                                           " at offset 0: limit 3");
}

TEST(Inputs, BytesInMemoryAreReadAsAFileWouldBe) {
  const TempFolder folder;
  const std::string zip =
      Zip({{"log.evtx", Evtx("System", Records(3))}, {"x.txt", "text"}});
  const Bytes bytes = AsBytes(zip);
  const auto memory =
      AnalyzeBytes("b.zip", {bytes.begin(), bytes.end()}, ReadOnly());
  const auto file = Analyze(folder.Write("b.zip", zip), ReadOnly());
  ASSERT_TRUE(memory);
  ASSERT_TRUE(file);
  EXPECT_EQ(Describe(*memory), Describe(*file));
  EXPECT_THAT(memory->timeline.events(), SizeIs(3));
}

TEST(Inputs, NothingIsWritten) {
  const TempFolder folder;
  folder.Write("b/a.zip", Zip({{"z.zip", NestedZip(3, "text")},
                               {"log.evtx", Evtx("System", Records(50))}}));
  folder.Write("b/d.reg", RegistryDump("HKEY_LOCAL_MACHINE\\x", {{"a", "b"}}));
  const auto look = [](const fs::path& root) {
    std::map<std::string, std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
      struct stat info = {};
      stat(entry.path().c_str(), &info);
      found[entry.path().string()] = std::to_string(info.st_size) + "/" +
                                     std::to_string(info.st_mtim.tv_sec) + "." +
                                     std::to_string(info.st_mtim.tv_nsec) +
                                     "/" + std::to_string(info.st_mode);
    }
    return found;
  };
  const fs::path here = fs::current_path();
  const TempFolder working;
  fs::current_path(working.root());
  const auto before = look(folder.root());
  const auto result = Analyze(folder.root());
  fs::current_path(here);
  ASSERT_TRUE(result) << result.error().ToString();
  EXPECT_EQ(look(folder.root()), before);
  EXPECT_THAT(look(working.root()), IsEmpty());
}

TEST(Version, IsThatOfTheProject) {
  EXPECT_THAT(std::string(Version()),
              testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+"));
}

}  // namespace
}  // namespace espial::api_test
