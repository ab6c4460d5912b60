// Any bytes as a log: compiled templates and trees must print the same, and
// what they print must be text.
#include <espial/core/text.h>
#include <espial/evtx.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "parsers/evtx/render/chunk_renderer.h"
#include "parsers/evtx/render/log_plan.h"

namespace espial::evtx {
namespace {

constexpr uint32_t kDepth = 64;

bool HitALimit(const std::vector<Damage>& damages) {
  for (const Damage& damage : damages) {
    if (damage.error.code == Errc::kLimitExceeded) return true;
  }
  return false;
}

void Compare(Bytes file, const LogPlan& plan, const Style& style) {
  ProgramCache cache;
  ChunkRenderer fast(style, Framing::kNumbered, &cache);
  ChunkRenderer plain(style, Framing::kNumbered, nullptr);
  OutBuffer fast_text;
  OutBuffer plain_text;
  std::vector<Damage> fast_damage;
  std::vector<Damage> plain_damage;
  const auto keep = [](OutBuffer* /*text*/) {};
  for (const PlannedChunk& chunk : plan.chunks) {
    fast_text.Clear();
    plain_text.Clear();
    plain_damage.clear();
    fast_damage.clear();
    plain.Render(file, chunk, plan.claimed, kDepth, &plain_text, &plain_damage,
                 keep);
    fast.Render(file, chunk, plan.claimed, kDepth, &fast_text, &fast_damage,
                keep);
    if (!IsValidUtf8(fast_text.text())) std::abort();
    // What a chunk may cost is counted differently.
    if (HitALimit(plain_damage) || HitALimit(fast_damage)) continue;
    if (fast_text.text() != plain_text.text()) std::abort();
  }
}

void ReadInPlace(const std::vector<std::byte>& bytes) {
  const auto log = Log::FromBytes("fuzz.evtx", bytes);
  if (!log) return;
  const Projection wanted({"param1", "Data", "Message"});
  Reader reader(*log, wanted);
  Projected values;
  std::string text;
  while (const RecordView* record = reader.Next()) {
    reader.Read(*record, &values);
    for (const FieldValue& field : values.fields) {
      text.clear();
      field.AppendText(&text);
    }
    values.provider.AppendText(&text);
    if (values.event_id.Number() == 1 && values.time.Number() == 1) continue;
  }
}

}  // namespace
}  // namespace espial::evtx

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace espial::evtx;
  const auto* first = reinterpret_cast<const std::byte*>(data);
  // A block of the exact size: whoever reads behind it is found out.
  const std::vector<std::byte> bytes(first, first + size);
  const auto plan = PlanLog(bytes, "fuzz.evtx", kDepth);
  if (!plan) return 0;
  Compare(bytes, *plan, {Markup::kJson, false, false});
  Compare(bytes, *plan, {Markup::kJson, true, true});
  Compare(bytes, *plan, {Markup::kXml, false, false});
  ReadInPlace(bytes);
  return 0;
}
