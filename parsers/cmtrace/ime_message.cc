#include "parsers/cmtrace/ime_message.h"

#include <espial/core/text.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "parsers/cmtrace/ime_rows.h"
#include "parsers/cmtrace/ime_values.h"
#include "parsers/support/json_members.h"
#include "parsers/support/literal_set.h"
#include "parsers/support/text_scan.h"

namespace espial::cmtrace {
namespace {

// What a message says stands in its head; behind it are bodies of scripts and
// policies, whose words mean nothing.
constexpr size_t kHead = 2048;
// GUIDs looked at in one message.
constexpr int kMostGuids = 8;
// Apps of one policy message that are listed in its fields.
constexpr size_t kMostListed = 500;

constexpr size_t kRowCount = std::size(kRows);

constexpr std::array<std::string_view, kRowCount> Literals() {
  std::array<std::string_view, kRowCount> literals{};
  for (size_t i = 0; i < kRowCount; ++i) literals[i] = kRows[i].literal;
  return literals;
}

constexpr LiteralSet<kRowCount> kLiterals(Literals());

std::string_view UpToLineEnd(std::string_view text) {
  return text.substr(0, text.find_first_of("\r\n"));
}

// Whether `text` ends with `words`, which are in lower case.
bool EndsWithWords(std::string_view text, std::string_view words) {
  if (text.size() < words.size()) return false;
  const std::string_view tail = text.substr(text.size() - words.size());
  return std::equal(tail.begin(), tail.end(), words.begin(),
                    [](char c, char w) {
                      return (c >= 'A' && c <= 'Z' ? c | 0x20 : c) == w;
                    });
}

// One message while its fields are gathered.
class Message {
 public:
  Message(std::string_view text, AppNames* names, FieldList* fields)
      : text_(text),
        head_(text.substr(0, kHead)),
        names_(*names),
        fields_(*fields) {}

  void Read();

 private:
  void OnLiteral(const Row& row, size_t position);
  void OnValue(const Row& row, std::string_view rest);
  void ReadProgress(std::string_view rest);
  void ReadFromTo(const Row& row, std::string_view rest);
  void ReadPolicies(size_t bracket);
  void ReadGuids();
  void OnGuid(size_t at);
  void NameApp();

  // Adds a text that must be there.
  void AddWord(std::string_view field, std::string_view word) {
    if (!word.empty() && !fields_.Has(field)) fields_.AddText(field, word);
  }

  std::string_view text_;
  std::string_view head_;
  AppNames& names_;
  FieldList& fields_;
  bool policies_ = false;
  size_t user_guid_end_ = 0;  // behind a GUID of kUserId
};

void Message::Read() {
  kLiterals.ForEach(head_, [this](size_t which, size_t position) {
    OnLiteral(kRows[which], position);
  });
  if (policies_) return;  // about many apps, not about one
  ReadGuids();
  NameApp();
}

void Message::OnLiteral(const Row& row, size_t position) {
  size_t value = position + row.literal.size();
  if (row.kind == RowKind::kObject) {
    AddObject(text_.substr(value - 1), &fields_);
    return;
  }
  if (row.kind == RowKind::kPolicies) {
    ReadPolicies(value - 1);
    return;
  }
  if (fields_.Has(row.field)) return;
  if (!row.also.empty()) {
    const size_t also = head_.find(row.also, value);
    if (also == std::string_view::npos) return;
    value = also + row.also.size();
  }
  OnValue(row, head_.substr(value));
}

void Message::OnValue(const Row& row, std::string_view rest) {
  switch (row.kind) {
    case RowKind::kWord:
      AddWord(row.field, ReadWord(rest));
      return;
    case RowKind::kInt:
      if (const auto number = ReadNumber(rest)) {
        fields_.AddInt(row.field, *number);
      }
      return;
    case RowKind::kUInt:
    case RowKind::kIntent: {
      const auto number = ReadNumber(rest);
      if (!number || *number < 0) return;
      if (row.kind == RowKind::kIntent) {
        AddNamed(kIntentField, static_cast<uint64_t>(*number), &fields_);
      } else {
        fields_.AddUInt(row.field, static_cast<uint64_t>(*number));
      }
      return;
    }
    case RowKind::kCode:
      if (const auto code = ReadNumber(rest)) {
        AddCode(row.field, *code, &fields_);
      }
      return;
    case RowKind::kBool: {
      const std::string_view word = ReadWord(rest);
      const bool yes = EqualsFold(word, "true");
      if (yes || EqualsFold(word, "false")) fields_.AddBool(row.field, yes);
      return;
    }
    case RowKind::kSid: {
      const std::string_view sid = ReadSid(rest);
      if (!sid.empty()) fields_.Add(row.field, {ValueType::kSid, 0, sid});
      return;
    }
    case RowKind::kText: {
      std::string_view line = UpToLineEnd(rest);
      if (!row.stop.empty()) {
        const size_t stop = line.find(row.stop);
        if (stop == std::string_view::npos) return;
        line = line.substr(0, stop);
      }
      AddWord(row.field, Trim(line));
      return;
    }
    case RowKind::kConstant:
      fields_.AddText(row.field, row.stop);
      return;
    case RowKind::kFlag:
      fields_.AddBool(row.field, true);
      return;
    case RowKind::kFromTo:
      ReadFromTo(row, rest);
      return;
    case RowKind::kProgress:
      ReadProgress(rest);
      return;
    case RowKind::kObject:
    case RowKind::kPolicies:
      return;  // done before
  }
}

void Message::ReadFromTo(const Row& row, std::string_view rest) {
  const std::string_view before = ReadWord(rest);
  constexpr std::string_view kTo = " to ";
  const size_t to = rest.find(kTo);
  if (before.empty() || to == std::string_view::npos) return;
  AddWord(row.field, ReadWord(rest.substr(to + kTo.size())));
  AddWord(row.stop, before);
}

// "720928912/721977488 for user ..."
void Message::ReadProgress(std::string_view rest) {
  const size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return;
  const auto done = ParseUnsigned(rest.substr(0, slash));
  const auto all = ReadNumber(rest.substr(slash + 1));
  if (!done || !all || *all < 0) return;
  fields_.AddText("DownloadState", "InProgress");
  fields_.AddUInt("BytesDownloaded", *done);
  fields_.AddUInt("BytesTotal", static_cast<uint64_t>(*all));
  const auto total = static_cast<double>(*all);
  if (total > 0 && static_cast<double>(*done) <= total) {
    fields_.AddUInt(
        "DownloadPercent",
        static_cast<uint64_t>(static_cast<double>(*done) * 100.0 / total));
  }
}

// An array of apps, each an object with Id, Name and much more.
void Message::ReadPolicies(size_t bracket) {
  if (policies_) return;
  policies_ = true;
  JsonWalk policies(text_.substr(bracket));
  JsonMember policy;
  std::string ids;
  std::string list;
  uint64_t count = 0;
  FieldList scratch;
  while (policies.Next(&policy)) {
    ++count;
    if (policy.kind != JsonKind::kObject) continue;
    scratch.Clear();
    JsonWalk members(policy.value);
    JsonMember member;
    std::string_view name;
    while (members.Next(&member)) {
      if (member.kind != JsonKind::kString) continue;
      if (member.name == "Id" && member.value.size() == kGuidChars &&
          StartsWithGuid(member.value)) {
        scratch.AddGuid("AppId", member.value);
      } else if (member.name == "Name") {
        name = DecodeJson(member.value, &scratch);
      }
    }
    const Value* id = scratch.Find("AppId");
    if (id == nullptr) continue;
    names_.Learn(id->text, name);
    if (count > kMostListed) continue;
    if (!ids.empty()) {
      ids += '\n';
      list += '\n';
    }
    ids += id->text;
    list += name;
  }
  fields_.AddUInt("PolicyCount", count);
  if (ids.empty()) return;
  fields_.Add("AppIds", {ValueType::kList, 0, fields_.Keep(ids)});
  fields_.Add("AppNames", {ValueType::kList, 0, fields_.Keep(list)});
}

void Message::ReadGuids() {
  constexpr size_t kFirstDash = 8;
  int found = 0;
  size_t at = kFirstDash;
  while (found < kMostGuids && at < head_.size()) {
    const void* hit = std::memchr(head_.data() + at, '-', head_.size() - at);
    if (hit == nullptr) return;
    at = static_cast<size_t>(static_cast<const char*>(hit) - head_.data());
    // Dashes of rules and of words are told apart at once.
    if (at + 1 == head_.size() || !IsHexDigitChar(head_[at + 1])) {
      while (at < head_.size() && head_[at] == '-') ++at;
      continue;
    }
    const size_t begin = at - kFirstDash;
    if (IsHexDigitChar(head_[at - 1]) && StartsWithGuid(head_.substr(begin)) &&
        (begin == 0 || !IsHexDigitChar(head_[begin - 1]))) {
      OnGuid(begin);
      ++found;
      at = begin + kGuidChars + kFirstDash;
    } else {
      ++at;
    }
  }
}

void Message::OnGuid(size_t at) {
  std::string_view before = head_.substr(0, at);
  const std::string_view guid = head_.substr(at, kGuidChars);
  // "<user>_<policy>.ps1"
  if (user_guid_end_ != 0 && user_guid_end_ + 1 == at && before.back() == '_') {
    if (!fields_.Has("PolicyId")) fields_.AddGuid("PolicyId", guid);
    return;
  }
  if (before.ends_with('{')) before.remove_suffix(1);
  for (const GuidRole& role : kGuidRoles) {
    if (!EndsWithWords(before, role.words)) continue;
    std::string_view field = role.field;
    // The policy of a Win32 app is the app.
    if (field == "PolicyId" && head_.starts_with("[Win32App]")) {
      field = "AppId";
    }
    if (field == "UserId") user_guid_end_ = at + kGuidChars;
    if (!fields_.Has(field)) fields_.AddGuid(field, guid);
    return;
  }
  // Without words that tell, a GUID is an app if the log named it as one.
  if (names_.empty() || fields_.Has("AppId")) return;
  FieldList scratch;
  scratch.AddGuid("AppId", guid);
  if (!names_.Find(scratch.Find("AppId")->text).empty()) {
    fields_.AddGuid("AppId", guid);
  }
}

// Learns the app's name from this message, or takes it from an earlier one.
void Message::NameApp() {
  const Value* id = fields_.Find("AppId");
  if (id == nullptr) return;
  if (const Value* name = fields_.Find("AppName")) {
    names_.Learn(id->text, name->text);
    return;
  }
  const std::string_view known = names_.Find(id->text);
  if (!known.empty()) fields_.AddText("AppName", known);
}

}  // namespace

void AppNames::Learn(std::string_view guid, std::string_view name) {
  if (name.empty() || name.size() > kLongestName) return;
  const auto found = names_.find(guid);
  if (found != names_.end()) {
    if (found->second != name) found->second = name;
  } else if (names_.size() < kMostNames) {
    names_.emplace(guid, name);
  }
}

std::string_view AppNames::Find(std::string_view guid) const {
  const auto found = names_.find(guid);
  return found == names_.end() ? std::string_view() : found->second;
}

void AddImeFields(std::string_view message, AppNames* names,
                  FieldList* fields) {
  Message(message, names, fields).Read();
}

}  // namespace espial::cmtrace
