// Logs for tests of several threads.
#pragma once

#include <espial/core/source.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace espial::threads_test {

// A log of starts of programs, a second apart: Image "C:\\N.exe", N counting
// from 0 to 9 again and again, and CommandLine as long as `text`.
std::shared_ptr<const Source> MakeLog(const std::string& name, size_t records,
                                      size_t text = 40);

// Many logs of different sizes, one of them of several tasks.
std::vector<std::shared_ptr<const Source>> MakeLogs();

}  // namespace espial::threads_test
