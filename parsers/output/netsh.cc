// netsh: the proxy of WinHTTP, wireless networks, profiles, the firewall.
#include <espial/core/text.h>

#include <array>
#include <string>

#include "parsers/output/readers.h"

namespace espial::output {
namespace {

constexpr std::array<KnownLabel, 34> kKnown = {{
    {"Proxyserver", "Proxy Server(s)"},
    {"Proxyserver(n)", "Proxy Server(s)"},
    {"Serveur(s) proxy*", "Proxy Server(s)"},
    {"Servidores proxy", "Proxy Server(s)"},
    {"Umgehungsliste", "Bypass List"},
    {"Liste de contournement*", "Bypass List"},
    {"Lista de omisi?n", "Bypass List"},
    {"Beschreibung", "Description"},
    {"Physische Adresse", "Physical address"},
    {"Adresse physique", "Physical address"},
    {"Status", "State"},
    {"?tat", "State"},
    {"Netzwerktyp", "Network type"},
    {"Type de r?seau", "Network type"},
    {"Funktyp", "Radio type"},
    {"Type de radio", "Radio type"},
    {"Authentifizierung", "Authentication"},
    {"Authentification", "Authentication"},
    {"Verschl?sselung", "Cipher"},
    {"Chiffrement", "Cipher"},
    {"Verbindungsmodus", "Connection mode"},
    {"Mode de connexion", "Connection mode"},
    {"Kanal", "Channel"},
    {"Canal", "Channel"},
    {"Profil", "Profile"},
    {"Profil f?r alle Benutzer", "All User Profile"},
    {"Profil Tous les utilisateurs*", "All User Profile"},
    {"Perfil de todos los usuarios", "All User Profile"},
    {"Aktuelle WinHTTP-Proxyeinstellungen", "Current WinHTTP proxy settings"},
    {"Param?tres de proxy WinHTTP*", "Current WinHTTP proxy settings"},
    {"There * interface* on the system", "Interfaces"},
    {"Es * Schnittstelle* auf dem System*", "Interfaces"},
    {"Il * interface* sur le syst?me", "Interfaces"},
    {"Hay * interfa* en el sistema", "Interfaces"},
}};

std::string_view FirstLine(std::string_view head) {
  std::string_view first;
  ForEachLine(head, [&](std::string_view line) {
    first = line;
    return false;
  });
  return first;
}

bool IsProxy(std::string_view head) {
  const std::string_view first = FirstLine(head);
  constexpr size_t kMostTitle = 100;
  return first.size() <= kMostTitle && ContainsFold(first, "WinHTTP") &&
         ContainsFold(first, "proxy");
}

// "Direct access (no proxy server)." stands alone, in words of the language:
// what counts is that no label came.
void ReadProxy(Capture* capture) {
  bool labels = false;
  std::string direct;
  TextLine line;
  while (capture->Next()) {
    const auto found = SplitLabel(capture->line().text);
    if (found && found->value.empty() && capture->indent() == 0) {
      continue;  // the title
    }
    if (found) {
      labels = true;
      capture->Add({}, NameOf(found->label, kKnown), found->value,
                   found->value_at);
    } else {
      direct = capture->text();
      line = capture->line();
    }
  }
  if (!labels && !direct.empty()) {
    capture->facts().AddTyped({}, "Direct access", "bool", direct, 1, line);
  }
}

bool HasLabel(std::string_view head, std::string_view wanted) {
  bool has = false;
  ForEachLine(head, [&](std::string_view line) {
    const auto found = SplitLabel(line);
    has = found && found->label == wanted;
    return !has;
  });
  return has;
}

// "SSID" and "BSSID" are the same words everywhere.
bool IsInterfaces(std::string_view head) {
  return HasLabel(head, "GUID") &&
         (HasLabel(head, "SSID") || HasLabel(head, "BSSID") ||
          ContainsFold(head, "Wi-Fi") || ContainsFold(head, "WLAN"));
}

bool IsProfiles(std::string_view head) {
  constexpr std::array<std::string_view, 4> kTitles = {
      "Profiles on interface ", "Profile auf Schnittstelle ",
      "Profils sur l'interface ", "Perfiles en la interfaz "};
  return HoldsAny(FirstLine(head), kTitles);
}

bool IsFirewall(std::string_view head) {
  constexpr std::array<std::string_view, 4> kTitles = {
      "Domain Profile Settings", "Dom?nenprofil-Einstellungen",
      "Param?tres Profil de domaine", "Configuraci?n de Perfil de dominio"};
  return HoldsAny(FirstLine(head), kTitles);
}

void ReadNetsh(Capture* capture) { ReadLabels({kKnown, true, false}, capture); }

// Two columns, told by the white space between them.
void ReadFirewall(Capture* capture) {
  std::string section;
  while (capture->Next()) {
    const std::string_view text = capture->text();
    if (text.find_first_not_of('-') == std::string_view::npos) continue;
    if (text.ends_with(':')) {
      section = text.substr(0, text.size() - 1);
      continue;
    }
    const size_t gap = text.find("  ");
    if (gap == std::string_view::npos) continue;
    const std::string_view value = Trim(text.substr(gap));
    capture->Add(section, text.substr(0, gap), value,
                 capture->indent() + text.size() - value.size());
  }
}

constexpr std::array<Reader, 4> kReaders = {{
    {"netsh winhttp show proxy", IsProxy, ReadProxy},
    {"netsh wlan show profiles", IsProfiles, ReadNetsh},
    {"netsh advfirewall show allprofiles", IsFirewall, ReadFirewall},
    {"netsh wlan show interfaces", IsInterfaces, ReadNetsh},
}};

}  // namespace

std::span<const Reader> NetshReaders() { return kReaders; }

}  // namespace espial::output
