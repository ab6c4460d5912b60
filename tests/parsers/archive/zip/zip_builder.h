// Writes ZIP archives for tests, byte by byte, so that any field can lie.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace espial::archive_zip {

struct BuiltMember {
  std::string name;
  std::string content;
  bool deflate = true;

  // What the headers say instead of the truth.
  std::optional<std::string> local_name;
  std::optional<uint16_t> method;
  std::optional<uint16_t> local_method;
  std::optional<uint32_t> crc;
  std::optional<uint32_t> packed;
  std::optional<uint32_t> unpacked;
  std::optional<uint32_t> local_offset;
  uint16_t flags = 0;
  uint16_t local_version = 20;
  std::string extra;
  // Sizes behind the data only; sets flag bit 3.
  bool descriptor = false;
  // Sizes and offset in a zip64 extra field.
  bool zip64 = false;
  // The data as they stand in the archive, instead of what deflate makes.
  std::optional<std::string> raw_data;
};

struct ZipOptions {
  std::string prefix;      // offsets do not count it
  bool corrected = false;  // ... or do
  std::optional<uint16_t> entries;
  std::string comment;
  bool zip64_end = false;
};

std::string BuildZip(const std::vector<BuiltMember>& members,
                     const ZipOptions& options = {});

// A raw deflate stream of `text`.
std::string Deflate(const std::string& text);

}  // namespace espial::archive_zip
