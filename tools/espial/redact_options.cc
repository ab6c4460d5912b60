#include "tools/espial/redact_options.h"

#include <espial/core/source.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace espial::cli {
namespace {

// Fewer bytes can be guessed.
constexpr size_t kLeastKeyBytes = 16;
constexpr size_t kRandomKeyBytes = 32;

Result<std::string> RandomKey() {
  std::string key(kRandomKeyBytes, '\0');
  if (getentropy(key.data(), key.size()) != 0) {
    return Error{Errc::kIo, "--redact", 0,
                 "the system gives no random key: " +
                     std::generic_category().message(errno)};
  }
  return key;
}

Result<std::string> KeyOf(const std::string& path) {
  ESPIAL_TRY_ASSIGN(const auto file, Source::OpenFile(path, path));
  std::string key(AsChars(file->bytes()));
  // What an editor puts at the end of a line is no part of a key.
  while (!key.empty() && (key.back() == '\n' || key.back() == '\r')) {
    key.pop_back();
  }
  if (key.size() < kLeastKeyBytes) {
    return Error{Errc::kInvalidArgument, "--key", 0,
                 "expected a file of at least " +
                     std::to_string(kLeastKeyBytes) + " bytes, found " +
                     std::to_string(key.size())};
  }
  return key;
}

}  // namespace

void AddRedactOptions(CLI::App* app, RedactOptions* options) {
  auto* redact = app->add_flag(
      "--redact", options->redact,
      "Put pseudonyms in place of people, devices, tenants, domains, SIDs, "
      "addresses, serial numbers, hashes and tokens; filters see them too");
  // `facts --key` is something else.
  const bool is_free = app->get_option_no_throw("--key") == nullptr;
  app->add_option(is_free ? "--key,--redact-key" : "--redact-key",
                  options->key_file,
                  "Make pseudonyms with the bytes of FILE, so that they are "
                  "the same in every run (default: a new key each run)")
      ->type_name("FILE")
      ->needs(redact);
}

Result<std::optional<report::Redactor>> MakeRedactor(
    const RedactOptions& options) {
  if (!options.redact) return std::optional<report::Redactor>();
  ESPIAL_TRY_ASSIGN(const std::string key, options.key_file.empty()
                                               ? RandomKey()
                                               : KeyOf(options.key_file));
  return std::optional<report::Redactor>(report::Redactor(key));
}

}  // namespace espial::cli
