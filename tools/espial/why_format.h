// The answer of `espial why`, for people and for programs.
#pragma once

#include <espial/model/case.h>
#include <espial/report/report.h>
#include <espial/rules/why.h>

#include <string>

namespace espial::cli {

// `verbose`: all that was looked at, also by leaves that are true.
std::string WhyText(const Case& the_case, const rules::Why& why,
                    const report::TextOptions& options);
// The schema espial.why/1: the tree as <espial/rules/why.h> describes it.
std::string WhyJson(const Case& the_case, const rules::Why& why);

}  // namespace espial::cli
