// Records of event logs as Sigma rules see them, read in place.
#pragma once

#include <espial/evtx_fields.h>
#include <espial/rules/sigma.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace espial {

// The names that a FieldReader must know for `rules`.
std::vector<std::string> NamesOf(const rules::SigmaRules& rules);

// The record that a FieldReader stands at. One a reader.
class LogRecord : public rules::ScanRecord {
 public:
  // Both must outlive it; the reader was made with NamesOf(rules).
  LogRecord(const rules::SigmaRules& rules, evtx::FieldReader* reader)
      : rules_(rules), reader_(*reader) {}

  // To be called behind each FieldReader::Read() that succeeded.
  void Begin();

  [[nodiscard]] std::string_view channel() const override { return channel_; }
  [[nodiscard]] std::string_view provider() const override { return provider_; }
  [[nodiscard]] uint32_t id() const override { return id_; }
  [[nodiscard]] std::string_view message() const override;
  [[nodiscard]] std::span<const uint32_t> fields() const override;
  [[nodiscard]] Value ValueAt(size_t place) const override;
  void AppendProperty(uint32_t field, std::vector<Value>* out) const override;

 private:
  std::string_view Text(evtx::SystemField field) const;

  const rules::SigmaRules& rules_;
  evtx::FieldReader& reader_;
  // Instead of the reader, where the record is irregular.
  std::optional<rules::EventRecord> decoded_;
  std::vector<uint32_t> fields_;
  std::string_view channel_;
  std::string_view provider_;
  uint32_t id_ = 0;
  // What the names above were made from: most records share it.
  struct Kept {
    Bytes bytes;
    std::string text;
  };
  Kept kept_channel_;
  Kept kept_provider_;
};

}  // namespace espial
