// --redact: 200 secrets planted in a bundle, none of which comes out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "tests/tools/run.h"

namespace espial::cli_test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

struct Secret {
  std::string text;
  // A name that announces it; empty where its shape does.
  std::string name;
};

class Generator {
 public:
  std::string Letters(size_t count) {
    return From("abcdefghijklmnopqrstuvwxyz", count);
  }
  std::string Hex(size_t count) { return From("0123456789abcdef", count); }
  std::string Digits(size_t count) { return From("123456789", count); }
  std::string Upper(size_t count) {
    return From("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", count);
  }
  std::string Base64(size_t count) {
    return From(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
        count);
  }
  std::string Octet() { return std::to_string(11 + random_() % 200); }
  std::string Guid() {
    return Hex(8) + "-" + Hex(4) + "-4" + Hex(3) + "-a" + Hex(3) + "-" +
           Hex(12);
  }

 private:
  std::string From(std::string_view alphabet, size_t count) {
    std::string out;
    while (out.size() < count) out += alphabet[random_() % alphabet.size()];
    return out;
  }

  std::mt19937_64 random_{20240723};
};

// Every class, many times.
std::vector<Secret> MakeSecrets() {
  Generator g;
  std::vector<Secret> secrets;
  for (int i = 0; i < 12; ++i) {
    secrets.push_back({g.Letters(5) + "." + g.Letters(7), "UserName"});
    secrets.push_back({g.Letters(6) + " " + g.Letters(8), "FullName"});
    secrets.push_back({g.Letters(8) + "@" + g.Letters(9) + ".example", ""});
    secrets.push_back({g.Letters(9) + "@" + g.Letters(9) + ".example", "UPN"});
    secrets.push_back({"LAP" + g.Digits(6), "ComputerName"});
    secrets.push_back({g.Letters(9) + ".test", "Domain"});
    secrets.push_back({g.Letters(12) + ".onmicrosoft.com", "TenantDomain"});
    secrets.push_back({g.Guid(), "TenantId"});
    secrets.push_back({g.Guid(), "DeviceId"});
    secrets.push_back({"S-1-5-21-" + g.Digits(9) + "-" + g.Digits(10) + "-" +
                           g.Digits(9) + "-" + g.Digits(5),
                       ""});
    secrets.push_back({g.Upper(10), "SerialNumber"});
    secrets.push_back({g.Letters(6) + " " + g.Letters(5) + " WLAN", "SSID"});
    secrets.push_back(
        {g.Octet() + "." + g.Octet() + "." + g.Octet() + "." + g.Octet(), ""});
    secrets.push_back(
        {"2001:db8:" + g.Hex(4) + ":1" + g.Hex(3) + "::1" + g.Hex(3), ""});
    secrets.push_back({g.Hex(2) + ":" + g.Hex(2) + ":" + g.Hex(2) + ":" +
                           g.Hex(2) + ":" + g.Hex(2) + ":" + g.Hex(2),
                       ""});
    secrets.push_back({g.Hex(40), ""});
    secrets.push_back({"eyJ" + g.Base64(30) + "." + g.Base64(40), ""});
    secrets.push_back({g.Upper(5) + "-" + g.Upper(5) + "-" + g.Upper(5) + "-" +
                           g.Upper(5) + "-" + g.Upper(5),
                       ""});
  }
  secrets.push_back({"T0" + g.Base64(3998), "HardwareHash"});
  return secrets;
}

const std::vector<Secret>& Secrets() {
  static const std::vector<Secret> secrets = MakeSecrets();
  return secrets;
}

std::string Lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::string HexOf(const std::string& text, bool utf16) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (const char c : text) {
    hex += kDigits[static_cast<unsigned char>(c) >> 4U];
    hex += kDigits[static_cast<unsigned char>(c) & 0xFU];
    if (utf16) hex += "00";
  }
  return hex;
}

// A bundle that holds each of them as a registry value or in the data of an
// event, in JSON, in sentences and paths, in hexadecimal, and in names of
// files.
std::string Scenario() {
  std::string registry = "registry:\n";
  std::string story = "story:\n";
  std::string json = "      \"CloudAssignedTenantDomain\": \"x.example\"";
  std::string files = "files:\n";
  size_t number = 0;
  for (const Secret& secret : Secrets()) {
    const std::string n = std::to_string(number++);
    registry += "  - key: HKEY_LOCAL_MACHINE\\software\\planted\\" + n +
                "\n    values:\n";
    if (!secret.name.empty()) {
      registry += "      " + secret.name + ": '" + secret.text + "'\n";
    }
    if (secret.text.size() < 1000) {
      registry += "      Sentence: 'it was (" + secret.text + "), and then: " +
                  (secret.text.starts_with("eyJ") ? "" : Lower(secret.text)) +
                  ".'\n";
      registry +=
          "      Blob: { binary: " + HexOf("x" + secret.text, true) + " }\n";
      registry += "      Code: 'bytes " + HexOf(secret.text, false) + "'\n";
    } else {
      registry += "      Sentence: '" + secret.text + "'\n";
    }
    if (secret.text.size() < 200) {
      story +=
          "  - channel: System\n    provider: PlantedSource\n    id: 7\n"
          "    data: ['" +
          secret.text + "', 'a sentence about " + secret.text +
          "', '{\"inner\":\"" + secret.text + "\"}']\n";
      json += ",\n      \"planted" + n + "\": \"see " + secret.text + "!\"";
    }
    if (secret.name == "ComputerName") {
      files +=
          "  - name: DeviceHash_" + secret.text + ".csv\n" + "    text: 'x'\n";
    }
  }
  files +=
      "  - name: AutopilotDDSZTDFile.json\n    json: {\n" + json + "\n    }\n";
  return "scenario: planted\ntitle: Secrets everywhere\n"
         "device:\n  name: " +
         Secrets()[4].text + "\n  domain: " + Secrets()[5].text +
         "\n  tenant: " + Secrets()[6].text +
         "\n  zone: { bias: 0, name: UTC }\n"
         "clock: { start: 2025-03-10T08:00:00Z }\n"
         "bundle: { kind: area_cab, name: planted.cab, channels: [default, "
         "System] }\n" +
         story + registry + files;
}

// Every command and format that prints what a bundle holds.
std::vector<std::vector<std::string>> Commands(const std::string& bundle) {
  std::vector<std::vector<std::string>> commands = {
      {"triage", bundle, "--verbose"},
      {"triage", bundle, "--format", "json"},
      {"ls", bundle},
      {"facts", bundle},
      {"clock", bundle},
      {"clock", bundle, "--format", "json"},
      {"coverage", bundle},
      {"coverage", bundle, "--format", "json"},
      {"evtx", bundle, "--sort", "time", "--stats", "json"},
      {"evtx", bundle, "--recover", "all", "--format", "raw"},
  };
  for (const char* format : {"text", "jsonl", "csv", "timesketch", "l2tcsv",
                             "ecs", "chrome-trace"}) {
    commands.push_back({"timeline", bundle, "--format", format});
  }
  for (const char* format : {"jsonl", "json", "xml", "raw", "csv",
                             "evtxecmd-json", "evtxecmd-csv"}) {
    commands.push_back({"evtx", bundle, "--format", format});
  }
  return commands;
}

class RedactTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string scenario = TestFolder() + "/planted.yml";
    WriteFile(scenario, Scenario());
    // A name that tells nothing, whatever the folder of the tests is called.
    bundle_ = TestFolder() + "/planted.cab";
    const RunResult forged =
        RunProgram(ESPIAL_BINARY_DIR "/bin/espial-forge",
                   {"build", scenario, "-o", bundle_, "--catalog",
                    ESPIAL_SOURCE_DIR "/rules/packs/catalog/events.csv"});
    ASSERT_EQ(forged.exit_code, 0) << forged.err;
    key_ = TestFolder() + "/key";
    WriteFile(key_, "a key of more than 16 bytes\n");
    other_key_ = TestFolder() + "/other";
    WriteFile(other_key_, "another key of that length\n");
  }

  static std::string Output(std::vector<std::string> arguments,
                            const std::vector<std::string>& more) {
    arguments.insert(arguments.end(), more.begin(), more.end());
    const RunResult result = Espial(arguments);
    EXPECT_THAT(result.exit_code, ::testing::AnyOf(0, 1)) << result.err;
    return result.out + result.err;
  }

  std::string bundle_;
  std::string key_;
  std::string other_key_;
};

TEST_F(RedactTest, NoSecretComesOutOfAnyCommand) {
  ASSERT_GE(Secrets().size(), 200U);
  std::string everything;
  for (const auto& command : Commands(bundle_)) {
    const std::string shown = command[0] + " " + command.back();
    everything += Lower(Output(command, {}));
    const std::string clean =
        Lower(Output(command, {"--redact", "--redact-key", key_}));
    EXPECT_FALSE(clean.empty());
    size_t found = 0;
    for (const Secret& secret : Secrets()) {
      const std::string text = Lower(secret.text);
      for (const std::string& form :
           {text, HexOf(text, false), HexOf(text, true)}) {
        const size_t at = clean.find(form);
        if (at == std::string::npos || ++found > 3) continue;
        ADD_FAILURE() << shown << ": " << secret.name << " " << secret.text
                      << ": "
                      << clean.substr(at < 80 ? 0 : at - 80, form.size() + 160);
      }
    }
    EXPECT_EQ(found, 0U) << shown;
  }
  // The test can fail: all of them are there.
  for (const Secret& secret : Secrets()) {
    EXPECT_NE(everything.find(Lower(secret.text)), std::string::npos)
        << secret.text;
  }
}

TEST_F(RedactTest, OneKeyOneOutput) {
  for (const auto& command :
       {std::vector<std::string>{"facts", bundle_},
        std::vector<std::string>{"timeline", bundle_, "--format", "jsonl"},
        std::vector<std::string>{"evtx", bundle_}}) {
    const std::string first =
        Output(command, {"--redact", "--redact-key", key_});
    EXPECT_EQ(first, Output(command, {"--redact", "--redact-key", key_}));
    EXPECT_NE(first, Output(command, {"--redact", "--redact-key", other_key_}));
    // Without a key every run has its own.
    EXPECT_NE(Output(command, {"--redact"}), Output(command, {"--redact"}));
  }
}

TEST_F(RedactTest, StandardInputIsReadOnceAndRedactedWhole) {
  RunOptions options;
  options.stdin_path = bundle_;
  const RunResult result = Espial({"evtx", "-", "--redact"}, options);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_FALSE(result.out.empty());
  EXPECT_THAT(Lower(result.out), Not(HasSubstr(Lower(Secrets()[2].text))));
}

TEST_F(RedactTest, MistakesWithKeys) {
  EXPECT_EQ(Espial({"ls", bundle_, "--redact", "--key", key_}).out,
            Espial({"ls", bundle_, "--redact", "--redact-key", key_}).out);
  const RunResult alone = Espial({"facts", bundle_, "--redact-key", key_});
  EXPECT_EQ(alone.exit_code, 2);
  EXPECT_THAT(alone.err, HasSubstr("--redact"));
  WriteFile(other_key_, "short");
  const RunResult weak =
      Espial({"facts", bundle_, "--redact", "--redact-key", other_key_});
  EXPECT_EQ(weak.exit_code, 3);
  EXPECT_THAT(weak.err, HasSubstr("expected a file of at least 16 bytes, "
                                  "found 5"));
  EXPECT_THAT(weak.out, IsEmpty());
  const RunResult missing =
      Espial({"evtx", bundle_, "--redact", "--redact-key", "/nonexistent/key"});
  EXPECT_EQ(missing.exit_code, 3);
  EXPECT_THAT(missing.out, IsEmpty());
}

}  // namespace
}  // namespace espial::cli_test
