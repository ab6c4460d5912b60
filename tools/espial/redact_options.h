// --redact and its key, as every command has them that prints what a bundle
// holds.
#pragma once

#include <espial/core/result.h>
#include <espial/report/redact.h>

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

namespace espial::cli {

struct RedactOptions {
  bool redact = false;
  std::string key_file;  // "": a random key
};

// Adds them to `app`; `options` must live as long. --key is called --redact-key
// as well, and only so where `app` has another --key already.
void AddRedactOptions(CLI::App* app, RedactOptions* options);

// Nothing where nothing is to be redacted. An error when there is no key.
Result<std::optional<report::Redactor>> MakeRedactor(
    const RedactOptions& options);

}  // namespace espial::cli
