// The kernels that escape UTF-16 against the portable one, and that against
// what the plain renderer does.
#include "parsers/evtx/render/escape.h"

#include <espial/core/text.h>
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/evtx/render/write_value.h"

namespace espial::evtx {
namespace {

std::vector<const EscapeKernel*> Kernels() {
  std::vector<const EscapeKernel*> kernels;
  for (const EscapeKernel* kernel :
       {&PortableEscape(), Sse2Escape(), Avx2Escape(), NeonEscape()}) {
    if (kernel != nullptr) kernels.push_back(kernel);
  }
  return kernels;
}

// Runs a kernel on a copy of `units` that ends where its memory ends, or
// `more` bytes before that.
std::string Run(const EscapeKernel& kernel, Escape escape,
                const std::vector<uint16_t>& units, size_t more) {
  std::vector<std::byte> bytes;
  for (const uint16_t unit : units) {
    bytes.push_back(static_cast<std::byte>(unit & 0xffU));
    bytes.push_back(static_cast<std::byte>(unit >> 8U));
  }
  bytes.resize(bytes.size() + more, std::byte{'<'});
  bytes.shrink_to_fit();
  std::string out(units.size() * kEscapedUnit + kEscapeSlack, '?');
  const char* end = kernel.escape[static_cast<size_t>(escape)](
      bytes.data(), units.size(), bytes.data() + bytes.size(), out.data());
  out.resize(static_cast<size_t>(end - out.data()));
  return out;
}

std::string Plain(Escape escape, const std::vector<uint16_t>& units) {
  std::vector<std::byte> bytes;
  for (const uint16_t unit : units) {
    bytes.push_back(static_cast<std::byte>(unit & 0xffU));
    bytes.push_back(static_cast<std::byte>(unit >> 8U));
  }
  std::string utf8;
  AppendUtf16Le(bytes, &utf8);
  std::string out;
  AppendEscaped(utf8, escape, &out);
  return out;
}

void Check(const std::vector<uint16_t>& units) {
  for (const Escape escape :
       {Escape::kJson, Escape::kXmlText, Escape::kXmlAttribute}) {
    const std::string want = Plain(escape, units);
    for (const EscapeKernel* kernel : Kernels()) {
      for (const size_t more :
           {size_t{0}, size_t{2}, size_t{31}, size_t{200}}) {
        ASSERT_EQ(Run(*kernel, escape, units, more), want)
            << kernel->name << ", " << units.size() << " units";
      }
    }
  }
}

TEST(EscapeTest, EveryUnitAloneAndWithinAscii) {
  for (uint32_t unit = 0; unit < 0x10000; unit += unit < 0x300 ? 1 : 37) {
    Check({static_cast<uint16_t>(unit)});
    std::vector<uint16_t> units(40, 'x');
    units[unit % 40] = static_cast<uint16_t>(unit);
    Check(units);
  }
  for (const uint32_t unit : {0xd7ffU, 0xd800U, 0xdbffU, 0xdc00U, 0xdfffU,
                              0xe000U, 0xfffdU, 0xfffeU, 0xffffU}) {
    Check({static_cast<uint16_t>(unit)});
  }
}

TEST(EscapeTest, SurrogatesInPairsAndAlone) {
  Check({0xd83d, 0xde00});
  Check({0xde00, 0xd83d});
  Check({0xd83d, 0xd83d, 0xde00});
  Check({'a', 0xd83d});
  Check({0xd83d, 'a'});
  std::vector<uint16_t> units(33, 'x');
  units[15] = 0xd83d;  // the pair stands on both sides of a register's end
  units[16] = 0xde00;
  units[31] = 0xd83d;
  units[32] = 0xde00;
  Check(units);
}

TEST(EscapeTest, RandomText) {
  std::mt19937 random(7);
  const std::vector<uint16_t> odd = {
      0,   1,    0x1f, '"',  '\\',  '\n',  '\r',   '\t',   '&',    '<',
      '>', 0x7f, 0x80, 0xff, 0x7ff, 0x800, 0xd800, 0xdc00, 0xfffe, 0xffff};
  for (int round = 0; round < 3000; ++round) {
    std::vector<uint16_t> units(random() % 130);
    const auto share = random() % 40;
    for (uint16_t& unit : units) {
      unit = static_cast<uint16_t>(' ' + random() % 90);
      if (random() % 40 < share) unit = odd[random() % odd.size()];
      if (random() % 200 == 0) unit = static_cast<uint16_t>(random());
    }
    Check(units);
  }
}

TEST(EvtxNumbers, AsManyDigitsAsThereAre) {
  uint64_t power = 1;
  for (int i = 0; i < 20; ++i, power *= 10) {
    for (const uint64_t value : {power - 1, power, power + 1, ~power}) {
      std::array<char, 32> text;
      const char* end = PutUnsigned(value, text.data());
      EXPECT_EQ(std::string_view(text.data(), end), std::to_string(value));
    }
  }
}

}  // namespace
}  // namespace espial::evtx
