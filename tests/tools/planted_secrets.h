// Secrets of every class, planted in every place where a bundle may hold them.
#pragma once

#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace espial::planted {

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
inline std::vector<Secret> MakeSecrets() {
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

inline const std::vector<Secret>& Secrets() {
  static const std::vector<Secret> secrets = MakeSecrets();
  return secrets;
}

inline std::string Lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

inline std::string HexOf(const std::string& text, bool utf16) {
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
inline std::string Scenario() {
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

}  // namespace espial::planted
