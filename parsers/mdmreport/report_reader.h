// The two shapes of the MDM diagnostics report: see FORMAT.md.
#pragma once

#include <espial/core/limits.h>
#include <espial/core/result.h>
#include <espial/core/source.h>
#include <espial/model/sink.h>

namespace espial::mdmreport {

// MDMDiagReport.xml.
Status ReadReport(const Source& source, const Limits& limits, Sink& sink);
// MDMDiagReport.html, MDMDiagHtmlReport.html.
Status ReadHtmlReport(const Source& source, const Limits& limits, Sink& sink);

}  // namespace espial::mdmreport
