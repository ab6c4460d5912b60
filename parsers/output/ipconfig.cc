// ipconfig /all, in any language: labels with leaders of dots, and hardware
// addresses.
#include <espial/core/text.h>

#include <array>

#include "parsers/output/readers.h"

namespace espial::output {
namespace {

constexpr std::array<KnownLabel, 57> kKnown = {{
    {"Windows-IP-Konfiguration", "Windows IP Configuration"},
    {"Configuration IP de Windows", "Windows IP Configuration"},
    {"Configuraci?n IP de Windows", "Windows IP Configuration"},
    {"Hostname", "Host Name"},
    {"Nom de l'h?te", "Host Name"},
    {"Nombre de host", "Host Name"},
    {"Prim?res DNS-Suffix", "Primary Dns Suffix"},
    {"Suffixe DNS principal", "Primary Dns Suffix"},
    {"Sufijo DNS principal", "Primary Dns Suffix"},
    {"Knotentyp", "Node Type"},
    {"Type de n*ud", "Node Type"},
    {"Tipo de nodo", "Node Type"},
    {"DNS-Suffixsuchliste", "DNS Suffix Search List"},
    {"Liste de recherche du suffixe DNS*", "DNS Suffix Search List"},
    {"Lista de b?squeda de sufijos DNS", "DNS Suffix Search List"},
    {"Verbindungsspezifisches DNS-Suffix", "Connection-specific DNS Suffix"},
    {"Suffixe DNS propre ? la connexion*", "Connection-specific DNS Suffix"},
    {"Sufijo DNS espec?fico para la conexi?n",
     "Connection-specific DNS Suffix"},
    {"Beschreibung", "Description"},
    {"Descripci?n", "Description"},
    {"Physische Adresse", "Physical Address"},
    {"Physikalische Adresse", "Physical Address"},
    {"Adresse physique", "Physical Address"},
    {"Direcci?n f?sica", "Physical Address"},
    {"DHCP aktiviert", "DHCP Enabled"},
    {"DHCP activ?*", "DHCP Enabled"},
    {"DHCP habilitado", "DHCP Enabled"},
    {"Autokonfiguration aktiviert", "Autoconfiguration Enabled"},
    {"Configuration automatique activ?*", "Autoconfiguration Enabled"},
    {"Configuraci?n autom?tica habilitada", "Autoconfiguration Enabled"},
    {"IPv4-Adresse", "IPv4 Address"},
    {"Adresse IPv4*", "IPv4 Address"},
    {"Direcci?n IPv4", "IPv4 Address"},
    {"Verbindungslokale IPv6-Adresse", "Link-local IPv6 Address"},
    {"Adresse IPv6 de liaison locale*", "Link-local IPv6 Address"},
    {"V?nculo: direcci?n IPv6 local", "Link-local IPv6 Address"},
    {"Subnetzmaske", "Subnet Mask"},
    {"Masque de sous-r?seau*", "Subnet Mask"},
    {"M?scara de subred", "Subnet Mask"},
    {"Lease erhalten", "Lease Obtained"},
    {"Bail obtenu*", "Lease Obtained"},
    {"Concesi?n obtenida", "Lease Obtained"},
    {"Lease l?uft ab", "Lease Expires"},
    {"Bail expirant*", "Lease Expires"},
    {"La concesi?n expira", "Lease Expires"},
    {"Standardgateway", "Default Gateway"},
    {"Passerelle par d?faut*", "Default Gateway"},
    {"Puerta de enlace predeterminada", "Default Gateway"},
    {"DHCP-Server", "DHCP Server"},
    {"Serveur DHCP*", "DHCP Server"},
    {"Servidor DHCP", "DHCP Server"},
    {"DNS-Server", "DNS Servers"},
    {"Serveurs DNS*", "DNS Servers"},
    {"Servidores DNS", "DNS Servers"},
    {"Medienstatus", "Media State"},
    {"Statut du m?dia*", "Media State"},
    {"Estado de los medios", "Media State"},
}};

bool IsHexDigit(char c) { return ParseHex({&c, 1}).has_value(); }

// "00-15-5D-01-02-03"
bool IsHardwareAddress(std::string_view text) {
  if (text.size() < 17) return false;
  for (size_t i = 0; i < 17; ++i) {
    if (i % 3 == 2 ? text[i] != '-' : !IsHexDigit(text[i])) return false;
  }
  return true;
}

bool Matches(std::string_view head) {
  constexpr std::array<std::string_view, 4> kTitles = {
      "Windows IP Configuration", "Windows-IP-Konfiguration",
      "Configuration IP de Windows", "Configuraci?n IP de Windows"};
  int leaders = 0;
  bool address = false;
  ForEachLine(head, [&](std::string_view line) {
    const size_t at = line.find(". :");
    if (at == std::string_view::npos) return true;
    ++leaders;
    address = address || IsHardwareAddress(Trim(line.substr(at + 3)));
    return !(leaders >= 4 && address);
  });
  if (leaders >= 4 && address) return true;
  return leaders >= 1 && HoldsAny(head.substr(0, 200), kTitles);
}

void Read(Capture* capture) { ReadLabels({kKnown, true, false}, capture); }

constexpr std::array<Reader, 1> kReaders = {{{"ipconfig /all", Matches, Read}}};

}  // namespace

std::span<const Reader> IpconfigReaders() { return kReaders; }

}  // namespace espial::output
