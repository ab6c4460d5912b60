// How fast archives come apart: bytes out a second, for one large member and
// for many small ones, by method. The input is built in memory, from a fixed
// seed.
#include <benchmark/benchmark.h>
#include <espial/core/executor.h>
#include <espial/core/limits.h>
#include <espial/core/source.h>
#include <espial/parsers/parser.h>
#include <zlib.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace espial {
namespace archive_cab {
extern const Parser kParser;
}
namespace archive_zip {
extern const Parser kParser;
}

namespace {

constexpr size_t kMember = size_t{4} << 20U;
constexpr size_t kMembers = 8;
constexpr size_t kCabBlock = 32768;

// Log lines: about what collectors pack, at about the ratio they reach.
std::string LogText(size_t size) {
  std::string text;
  uint32_t state = 1;
  while (text.size() < size) {
    state = state * 1664525U + 1013904223U;
    text += "<![LOG[[Win32App] Processing app " + std::to_string(state >> 12U) +
            " with intent " + std::to_string(state >> 30U) +
            "]LOG]!><time=\"10:04:" + std::to_string(state >> 26U) +
            ".1234567\" component=\"IntuneManagementExtension\">\r\n";
  }
  text.resize(size);
  return text;
}

std::string Deflate(const std::string& text, const std::string& history) {
  z_stream stream{};
  if (deflateInit2(&stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    std::abort();
  }
  if (!history.empty()) {
    deflateSetDictionary(&stream,
                         reinterpret_cast<const Bytef*>(history.data()),
                         static_cast<uInt>(history.size()));
  }
  std::string in = text;
  std::string out(deflateBound(&stream, static_cast<uLong>(in.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) std::abort();
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

void Put16(uint64_t value, std::string* out) {
  out->push_back(static_cast<char>(value & 0xFFU));
  out->push_back(static_cast<char>(value >> 8U & 0xFFU));
}
void Put32(uint64_t value, std::string* out) {
  Put16(value & 0xFFFFU, out);
  Put16(value >> 16U & 0xFFFFU, out);
}

std::string MakeZip(size_t members, size_t size, bool deflate) {
  const std::string text = LogText(size);
  const std::string data = deflate ? Deflate(text, {}) : text;
  const auto crc = static_cast<uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(text.data()),
            static_cast<uInt>(text.size())));
  std::string out;
  std::string directory;
  for (size_t i = 0; i < members; ++i) {
    const std::string name = "log" + std::to_string(i);
    std::string common;
    Put16(20, &common);
    Put16(0, &common);
    Put16(deflate ? 8 : 0, &common);
    Put32(0, &common);
    Put32(crc, &common);
    Put32(data.size(), &common);
    Put32(text.size(), &common);
    Put16(name.size(), &common);
    Put16(0, &common);
    Put32(0x02014B50, &directory);
    Put16(20, &directory);
    directory += common;
    directory.append(10, '\0');
    Put32(out.size(), &directory);
    directory += name;
    Put32(0x04034B50, &out);
    out += common + name + data;
  }
  const size_t start = out.size();
  out += directory;
  Put32(0x06054B50, &out);
  Put32(0, &out);
  Put16(members, &out);
  Put16(members, &out);
  Put32(directory.size(), &out);
  Put32(start, &out);
  Put16(0, &out);
  return out;
}

std::string MakeCab(size_t members, size_t size, bool mszip) {
  const std::string text = LogText(size * members);
  std::string table;
  for (size_t i = 0; i < members; ++i) {
    Put32(size, &table);
    Put32(i * size, &table);
    Put16(0, &table);
    Put32(0, &table);
    Put16(0x20, &table);
    table += "log" + std::to_string(i) + '\0';
  }
  std::string data;
  size_t blocks = 0;
  std::string history;
  for (size_t at = 0; at < text.size(); at += kCabBlock, ++blocks) {
    const std::string block = text.substr(at, kCabBlock);
    const std::string packed = mszip ? "CK" + Deflate(block, history) : block;
    Put32(0, &data);
    Put16(packed.size(), &data);
    Put16(block.size(), &data);
    data += packed;
    history = block;
  }
  std::string out = "MSCF";
  Put32(0, &out);
  Put32(44 + table.size() + data.size(), &out);
  Put32(0, &out);
  Put32(44, &out);
  Put32(0, &out);
  Put16(0x0103, &out);
  Put16(1, &out);
  Put16(members, &out);
  Put16(0, &out);
  Put32(0, &out);
  Put32(44 + table.size(), &out);
  Put16(blocks, &out);
  Put16(mszip ? 1 : 0, &out);
  return out + table + data;
}

// Counts what comes out and keeps nothing.
class CountingSink : public Sink {
 public:
  void OnChild(Child child) override {
    if (child.source != nullptr) bytes += child.source->size();
    ++children;
  }
  void OnEvent(const Event&) override {}
  void OnFact(const Fact&) override {}
  void OnDamage(Damage) override { ++damage; }
  void OnCoverage(Coverage) override {}
  void OnNote(std::string) override {}

  uint64_t bytes = 0;
  uint64_t children = 0;
  uint64_t damage = 0;
};

void Measure(benchmark::State& state, const Parser& parser,
             const std::string& archive, uint64_t expected) {
  const Bytes bytes = AsBytes(archive);
  const auto source = Source::FromBytes(
      "bench", std::vector<std::byte>(bytes.begin(), bytes.end()));
  const Limits limits;
  for (auto _ : state) {
    Budget budget(limits);
    Executor executor(1);
    const ParseContext context{limits, budget, executor, {}};
    CountingSink sink;
    if (!parser.parse(*source, context, sink) || sink.damage != 0 ||
        sink.bytes != expected) {
      state.SkipWithError("the archive was not read whole");
      break;
    }
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) *
                          static_cast<int64_t>(expected));
  state.counters["ratio"] =
      static_cast<double>(expected) / static_cast<double>(archive.size());
}

void BM_Zip_Stored(benchmark::State& state) {
  Measure(state, archive_zip::kParser, MakeZip(kMembers, kMember, false),
          kMembers * kMember);
}
void BM_Zip_Deflate(benchmark::State& state) {
  Measure(state, archive_zip::kParser, MakeZip(kMembers, kMember, true),
          kMembers * kMember);
}
void BM_Zip_ManySmallDeflate(benchmark::State& state) {
  Measure(state, archive_zip::kParser, MakeZip(10'000, 1024, true),
          10'000 * 1024);
}
void BM_Cab_Stored(benchmark::State& state) {
  Measure(state, archive_cab::kParser, MakeCab(kMembers, kMember, false),
          kMembers * kMember);
}
void BM_Cab_Mszip(benchmark::State& state) {
  Measure(state, archive_cab::kParser, MakeCab(kMembers, kMember, true),
          kMembers * kMember);
}
void BM_Cab_ManySmallMszip(benchmark::State& state) {
  Measure(state, archive_cab::kParser, MakeCab(10'000, 1024, true),
          10'000 * 1024);
}

BENCHMARK(BM_Zip_Stored)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Zip_Deflate)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Zip_ManySmallDeflate)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Cab_Stored)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Cab_Mszip)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Cab_ManySmallMszip)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace espial
