#include "parsers/evtx/render/program_writer.h"

#include <espial/core/text.h>

#include <algorithm>

#include "parsers/evtx/xml_text.h"

namespace espial::evtx {
namespace {

// Punctuation that an operation writes beside its literal and its value.
constexpr uint32_t kPunctuation = 40;

}  // namespace

Literal ProgramWriter::Aside(std::string_view text) {
  const Literal literal{static_cast<uint32_t>(program_.literals.size()),
                        static_cast<uint32_t>(text.size())};
  program_.literals += text;
  return literal;
}

void ProgramWriter::Flush() {
  if (!run_.empty()) Op(FastOp::Code::kLiteral);
}

FastOp& ProgramWriter::Op(FastOp::Code code, uint16_t slot) {
  FastOp& op = program_.ops.emplace_back();
  op.code = code;
  op.slot = slot;
  op.before = Aside(run_);
  run_.clear();
  return op;
}

uint32_t ProgramWriter::Jump(FastOp::Code code, uint16_t slot) {
  Op(code, slot);
  Name(slot);
  return static_cast<uint32_t>(program_.ops.size() - 1);
}

uint32_t ProgramWriter::Here() {
  Flush();
  return static_cast<uint32_t>(program_.ops.size());
}

void ProgramWriter::Finish() {
  Flush();
  program_.slots = static_cast<uint32_t>(uses_.size());
  program_.uses =
      uses_.empty() ? 0 : *std::max_element(uses_.begin(), uses_.end());
  // No literal is written twice, arrays aside.
  program_.fixed_bound = static_cast<uint32_t>(
      program_.literals.size() +
      kPunctuation * (program_.ops.size() + program_.elements.size() +
                      program_.attributes.size()));
  program_.literals.append(FastProgram::kPadding, '\0');
}

bool ProgramWriter::StaticText(const espial::evtx::Op& op, Escape escape,
                               std::string* out) const {
  using Code = espial::evtx::Op::Code;
  switch (op.code) {
    case Code::kText:
    case Code::kCData:
      AppendEscaped(op.text, escape, out);
      return true;
    case Code::kCharRef: {
      std::string text;
      AppendUtf8(op.number, &text);
      AppendEscaped(text, escape, out);
      return true;
    }
    case Code::kEntityRef: {
      const std::string_view known = EntityText(op.name.text);
      if (escape != Escape::kJson) {
        *out += known.empty() ? "&amp;" : "&";
        AppendEscaped(op.name.text, escape, out);
        *out += ';';
      } else {
        AppendEscaped(known.empty() ? "&" + std::string(op.name.text) + ";"
                                    : std::string(known),
                      escape, out);
      }
      return true;
    }
    case Code::kLiteral:
      AppendValueText(
          {op.wire_type, chunk_.subspan(op.number, op.end), op.number}, style_,
          escape, out);
      return true;
    default:
      return false;
  }
}

}  // namespace espial::evtx
