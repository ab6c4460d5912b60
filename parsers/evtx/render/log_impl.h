// A log that was opened, as it is kept.
#pragma once

#include <espial/core/source.h>
#include <espial/evtx.h>

#include <memory>

#include "parsers/evtx/render/log_plan.h"

namespace espial::evtx {

struct Log::Impl {
  std::shared_ptr<const Source> source;
  LogPlan plan;
};

}  // namespace espial::evtx
