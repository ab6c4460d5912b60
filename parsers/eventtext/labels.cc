#include "parsers/eventtext/labels.h"

#include <espial/core/text.h>

#include <array>
#include <span>

namespace espial::eventtext {
namespace {

struct Label {
  std::string_view text;
  Role role;
};

// clang-format off
constexpr auto kViewer = std::to_array<Label>({
    {"Level", Role::kLevel}, {"Ebene", Role::kLevel},
    {"Niveau", Role::kLevel}, {"Nivel", Role::kLevel},
    {"Livello", Role::kLevel}, {"N\u00edvel", Role::kLevel},
    {"Poziom", Role::kLevel}, {"\u30ec\u30d9\u30eb", Role::kLevel},
    {"Date and Time", Role::kDate}, {"Datum und Uhrzeit", Role::kDate},
    {"Date et heure", Role::kDate}, {"Fecha y hora", Role::kDate},
    {"Data e ora", Role::kDate}, {"Data e Hora", Role::kDate},
    {"Datum en tijd", Role::kDate}, {"Data i godzina", Role::kDate},
    {"\u65e5\u4ed8\u3068\u6642\u523b", Role::kDate},
    {"Source", Role::kProvider}, {"Quelle", Role::kProvider},
    {"Origen", Role::kProvider}, {"Origine", Role::kProvider},
    {"Origem", Role::kProvider}, {"Fonte", Role::kProvider},
    {"Bron", Role::kProvider}, {"\u0179r\u00f3d\u0142o", Role::kProvider},
    {"\u30bd\u30fc\u30b9", Role::kProvider},
    {"Event ID", Role::kId}, {"Ereignis-ID", Role::kId},
    {"ID de l'\u00e9v\u00e9nement", Role::kId},
    {"ID de l\u2019\u00e9v\u00e9nement", Role::kId},
    {"ID d\u2019\u00e9v\u00e9nement", Role::kId}, {"Id. del evento", Role::kId},
    {"Id. de evento", Role::kId}, {"Id. suceso", Role::kId},
    {"ID evento", Role::kId}, {"ID do Evento", Role::kId},
    {"Identifica\u00e7\u00e3o do Evento", Role::kId},
    {"Gebeurtenis-ID", Role::kId},
    {"Identyfikator zdarzenia", Role::kId},
    {"\u30a4\u30d9\u30f3\u30c8 ID", Role::kId},
    {"Task Category", Role::kTask}, {"Aufgabenkategorie", Role::kTask},
    {"Cat\u00e9gorie de la t\u00e2che", Role::kTask},
    {"Cat\u00e9gorie de t\u00e2che", Role::kTask},
    {"Categor\u00eda de la tarea", Role::kTask},
    {"Categor\u00eda de tarea", Role::kTask},
    {"Categoria attivit\u00e0", Role::kTask},
    {"Categoria da Tarefa", Role::kTask},
    {"Taakcategorie", Role::kTask}, {"Kategoria zadania", Role::kTask},
    {"\u30bf\u30b9\u30af\u306e\u30ab\u30c6\u30b4\u30ea", Role::kTask},
    {"\u30bf\u30b9\u30af \u30ab\u30c6\u30b4\u30ea", Role::kTask},
    {"Keywords", Role::kKeywords},
    {"Schl\u00fcsselw\u00f6rter", Role::kKeywords},
    {"Mots cl\u00e9s", Role::kKeywords}, {"Palabras clave", Role::kKeywords},
    {"Parole chiave", Role::kKeywords}, {"Palavras-chave", Role::kKeywords},
    {"Trefwoorden", Role::kKeywords}, {"S\u0142owa kluczowe", Role::kKeywords},
    {"\u30ad\u30fc\u30ef\u30fc\u30c9", Role::kKeywords},
    {"User", Role::kUser}, {"Benutzer", Role::kUser},
    {"Utilisateur", Role::kUser}, {"Usuario", Role::kUser},
    {"Utente", Role::kUser}, {"Usu\u00e1rio", Role::kUser},
    {"Utilizador", Role::kUser}, {"Gebruiker", Role::kUser},
    {"U\u017cytkownik", Role::kUser}, {"\u30e6\u30fc\u30b6\u30fc", Role::kUser},
    {"Operational Code", Role::kOpcode}, {"Vorgangscode", Role::kOpcode},
    {"Code op\u00e9rationnel", Role::kOpcode},
    {"C\u00f3digo operativo", Role::kOpcode},
    {"C\u00f3digo de operaci\u00f3n", Role::kOpcode},
    {"Codice operativo", Role::kOpcode},
    {"C\u00f3digo Operacional", Role::kOpcode},
    {"Operationele code", Role::kOpcode},
    {"Kod operacyjny", Role::kOpcode},
    {"\u64cd\u4f5c\u30b3\u30fc\u30c9", Role::kOpcode},
    {"Log", Role::kChannel}, {"Protokoll", Role::kChannel},
    {"Journal", Role::kChannel}, {"Registro", Role::kChannel},
    {"Logboek", Role::kChannel}, {"Dziennik", Role::kChannel},
    {"\u30ed\u30b0", Role::kChannel},
    {"Computer", Role::kComputer}, {"Ordinateur", Role::kComputer},
    {"Equipo", Role::kComputer}, {"Computador", Role::kComputer},
    {"Komputer", Role::kComputer},
    {"\u30b3\u30f3\u30d4\u30e5\u30fc\u30bf\u30fc", Role::kComputer},
    {"Process ID", Role::kProcess}, {"Prozess-ID", Role::kProcess},
    {"Thread ID", Role::kThread}, {"Thread-ID", Role::kThread},
    {"Correlation Id", Role::kActivity}, {"Korrelations-ID", Role::kActivity},
    {"Message", Role::kMessage}, {"Description", Role::kMessage},
});

constexpr auto kProperties = std::to_array<Label>({
    {"TimeCreated", Role::kDate}, {"TimeGenerated", Role::kDate},
    {"Id", Role::kId}, {"EventID", Role::kId},
    {"ProviderName", Role::kProvider}, {"Source", Role::kProvider},
    {"ProviderId", Role::kProviderGuid}, {"LogName", Role::kChannel},
    {"MachineName", Role::kComputer}, {"UserId", Role::kUser},
    {"UserName", Role::kUserName}, {"Message", Role::kMessage},
    {"LevelDisplayName", Role::kLevel}, {"EntryType", Role::kLevel},
    {"OpcodeDisplayName", Role::kOpcode}, {"TaskDisplayName", Role::kTask},
    {"Category", Role::kTask}, {"KeywordsDisplayNames", Role::kKeywords},
    {"Level", Role::kLevelNumber}, {"Task", Role::kTaskNumber},
    {"Opcode", Role::kOpcodeNumber}, {"Keywords", Role::kKeywordsNumber},
    {"Version", Role::kVersion}, {"Qualifiers", Role::kQualifiers},
    {"RecordId", Role::kRecord}, {"Index", Role::kRecord},
    {"ProcessId", Role::kProcess}, {"ThreadId", Role::kThread},
    {"ActivityId", Role::kActivity},
});

constexpr auto kWevtutil = std::to_array<Label>({
    {"Log Name", Role::kChannel}, {"Source", Role::kProvider},
    {"Date", Role::kDate}, {"Event ID", Role::kId}, {"Task", Role::kTask},
    {"Level", Role::kLevel}, {"Opcode", Role::kOpcode},
    {"Keyword", Role::kKeywords}, {"Keywords", Role::kKeywords},
    {"User", Role::kUser}, {"User Name", Role::kUserName},
    {"Computer", Role::kComputer}, {"Description", Role::kMessage},
});

struct LevelName {
  std::string_view text;
  uint8_t level;
};
constexpr auto kLevels = std::to_array<LevelName>({
    {"Critical", 1}, {"Kritisch", 1}, {"Critique", 1}, {"Cr\u00edtico", 1},
    {"Critico", 1}, {"Kritiek", 1}, {"Krytyczny", 1}, {"Krytyczne", 1},
    {"\u91cd\u5927", 1},
    {"Error", 2}, {"Fehler", 2}, {"Erreur", 2}, {"Errore", 2}, {"Erro", 2},
    {"Fout", 2}, {"B\u0142\u0105d", 2}, {"\u30a8\u30e9\u30fc", 2},
    {"Warning", 3}, {"Warnung", 3}, {"Avertissement", 3}, {"Advertencia", 3},
    {"Avviso", 3}, {"Aviso", 3}, {"Waarschuwing", 3}, {"Ostrze\u017cenie", 3},
    {"\u8b66\u544a", 3},
    {"Information", 4}, {"Informationen", 4}, {"Informations", 4},
    {"Informaci\u00f3n", 4}, {"Informazioni", 4}, {"Informa\u00e7\u00f5es", 4},
    {"Informa\u00e7\u00e3o", 4}, {"Informatie", 4}, {"Informacje", 4},
    {"\u60c5\u5831", 4},
    {"Verbose", 5}, {"Ausf\u00fchrlich", 5}, {"Commentaires", 5},
    {"Detallado", 5},
    {"Dettagliato", 5}, {"Detalhado", 5}, {"Uitgebreid", 5}, {"Pe\u0142ne", 5},
    {"\u8a73\u7d30", 5},
    {"SuccessAudit", 0}, {"FailureAudit", 0}, {"Audit Success", 0},
    {"Audit Failure", 0}, {"LogAlways", 0},
});
// clang-format on

std::optional<Role> FindLabel(std::span<const Label> labels,
                              std::string_view text) {
  text = Trim(text);
  for (const Label& label : labels) {
    if (EqualsFold(label.text, text)) return label.role;
  }
  return std::nullopt;
}

}  // namespace

std::string_view RoleFieldName(Role role) {
  switch (role) {
    case Role::kLevel:
      return "Level";
    case Role::kTask:
      return "TaskCategory";
    case Role::kUser:
    case Role::kUserName:
      return "User";
    case Role::kKeywords:
      return "Keywords";
    case Role::kOpcode:
      return "Opcode";
    default:
      return {};
  }
}

std::optional<Role> ViewerColumn(std::string_view header) {
  return FindLabel(kViewer, header);
}

std::optional<Role> RecordProperty(std::string_view name) {
  return FindLabel(kProperties, name);
}

std::optional<Role> WevtutilLabel(std::string_view label) {
  return FindLabel(kWevtutil, label);
}

std::optional<uint8_t> LevelByName(std::string_view name) {
  name = Trim(name);
  for (const LevelName& candidate : kLevels) {
    if (EqualsFold(candidate.text, name)) return candidate.level;
  }
  return std::nullopt;
}

}  // namespace espial::eventtext
