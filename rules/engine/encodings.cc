#include "rules/engine/encodings.h"

#include <espial/core/text.h>

#include <array>
#include <cstdint>
#include <utility>

namespace espial::rules {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::array<std::string_view, 5> kDashes = {
    "-", "/", "\xe2\x80\x93", "\xe2\x80\x94", "\xe2\x80\x95"};

bool IsWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// The dash at `at`; empty when none is there.
std::string_view DashAt(std::string_view text, size_t at) {
  for (const std::string_view dash : kDashes) {
    if (text.substr(at).starts_with(dash)) return dash;
  }
  return {};
}

}  // namespace

std::string Base64(std::string_view bytes) {
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t count = std::min<size_t>(3, bytes.size() - i);
    uint32_t group = 0;
    for (size_t j = 0; j < 3; ++j) {
      group <<= 8U;
      if (j < count) group |= static_cast<unsigned char>(bytes[i + j]);
    }
    for (size_t j = 0; j < 4; ++j) {
      out += j <= count ? kAlphabet[group >> (18 - 6 * j) & 63U] : '=';
    }
  }
  return out;
}

std::vector<std::string> Base64Offsets(std::string_view bytes) {
  // Of the first characters, how many hold bits of what stands before; of the
  // last ones, how many hold bits of what follows, by bytes over.
  constexpr std::array<size_t, 3> kFront = {0, 2, 3};
  constexpr std::array<size_t, 3> kBack = {0, 3, 2};
  std::vector<std::string> out;
  for (size_t offset = 0; offset < 3; ++offset) {
    std::string padded(offset, ' ');
    padded += bytes;
    std::string text = Base64(padded);
    const size_t cut = kFront[offset] + kBack[padded.size() % 3];
    if (text.size() <= cut) continue;
    out.push_back(text.substr(kFront[offset], text.size() - cut));
  }
  return out;
}

std::string Utf16Be(std::string_view text) {
  std::string out = ToUtf16Le(text);
  for (size_t i = 0; i + 1 < out.size(); i += 2) std::swap(out[i], out[i + 1]);
  return out;
}

std::string Utf16WithMark(std::string_view text) {
  return "\xff\xfe" + ToUtf16Le(text);
}

std::vector<std::string> WindowsDashes(std::string_view text, size_t most) {
  std::vector<std::string> out(1);
  for (size_t i = 0; i < text.size();) {
    const std::string_view dash = DashAt(text, i);
    const size_t behind = i + dash.size();
    // A dash between letters is no flag, nor is one at the end of a word.
    const bool flag = !dash.empty() && (i == 0 || !IsWord(text[i - 1])) &&
                      behind < text.size() && IsWord(text[behind]) &&
                      DashAt(text, behind).empty();
    if (!flag) {
      for (std::string& one : out) one += text[i];
      ++i;
      continue;
    }
    if (out.size() * kDashes.size() > most) return {};
    std::vector<std::string> next;
    for (const std::string& one : out) {
      for (const std::string_view form : kDashes) {
        next.push_back(one + std::string(form));
      }
    }
    out = std::move(next);
    i = behind;
  }
  return out;
}

}  // namespace espial::rules
