#include <espial/report/json_writer.h>

#include "tools/espial/why_format.h"

namespace espial::cli {
namespace {

using report::JsonWriter;
using rules::WhyNode;

void Texts(std::string_view key, const std::vector<std::string>& texts,
           JsonWriter* json) {
  json->Key(key).BeginArray();
  for (const std::string& text : texts) json->String(text);
  json->EndArray();
}

void WriteTime(std::string_view key, const Time& time, JsonWriter* json) {
  json->Key(key);
  if (time.known()) {
    json->String(FormatUtc(time.ticks));
  } else {
    json->Null();
  }
}

void WriteEvidence(const Case& the_case, const Evidence& piece,
                   JsonWriter* json) {
  json->BeginObject();
  json->Key("artifact")
      .StringOrNull(piece.source.value < the_case.artifacts.size()
                        ? std::string_view(
                              the_case.artifacts[piece.source.value].provenance)
                        : std::string_view());
  if (piece.record != 0) {
    json->Key("record").Number(piece.record);
  } else if (piece.line != 0) {
    json->Key("line").Number(piece.line);
  }
  json->Key("offset").Number(piece.offset);
  WriteTime("time", piece.time, json);
  json->Key("text").String(piece.text);
  json->EndObject();
}

void WriteLog(const rules::WhyLog& log, JsonWriter* json) {
  json->BeginObject();
  json->Key("name").StringOrNull(log.name);
  json->Key("covered").Bool(log.covered);
  json->Key("why_not").StringOrNull(log.why_not);
  json->Key("records").Number(log.records);
  json->Key("of_ids").Number(log.of_ids);
  json->Key("ids").BeginArray();
  for (const uint32_t id : log.ids) json->Number(uint64_t{id});
  json->EndArray();
  WriteTime("first", log.first, json);
  json->EndObject();
}

void WriteNode(const Case& the_case, const WhyNode& node, JsonWriter* json) {
  json->BeginObject();
  json->Key("kind").String(rules::WhyKindName(node.kind));
  json->Key("value").String(rules::TruthName(node.value));
  json->Key("label").String(node.label);
  json->Key("text").StringOrNull(node.text);
  if (!node.looked_at.empty()) {
    json->Key("looked_at").BeginArray();
    for (const rules::WhyLog& log : node.looked_at) WriteLog(log, json);
    json->EndArray();
  }
  if (node.count > 0) {
    json->Key("count").Number(node.count);
    json->Key("evidence").BeginArray();
    for (const Evidence& piece : node.evidence) {
      WriteEvidence(the_case, piece, json);
    }
    json->EndArray();
  }
  if (!node.missing.empty()) Texts("missing", node.missing, json);
  if (!node.children.empty()) {
    json->Key("children").BeginArray();
    for (const WhyNode& child : node.children) {
      WriteNode(the_case, child, json);
    }
    json->EndArray();
  }
  json->EndObject();
}

void WriteLinks(std::string_view key, const std::vector<rules::WhyLink>& links,
                JsonWriter* json) {
  json->Key(key).BeginArray();
  for (const rules::WhyLink& link : links) {
    json->BeginObject().Key("code").String(link.code);
    json->Key("result").String(VerityName(link.result));
    json->Key("holds").Bool(link.holds);
    json->Key("reason").String(link.reason);
    json->EndObject();
  }
  json->EndArray();
}

}  // namespace

std::string WhyJson(const Case& the_case, const rules::Why& why) {
  std::string out;
  JsonWriter json(&out, JsonWriter::Style::kIndented);
  json.BeginObject().Key("schema").String("espial.why/1");
  json.Key("code").String(why.code);
  json.Key("title").String(why.title);
  json.Key("result").String(VerityName(why.result));
  json.Key("sentence").String(why.sentence);
  json.Key("scenario").String(why.scenario);
  json.Key("stage").StringOrNull(why.stage);
  Texts("missing", why.missing, &json);
  WriteLinks("explained_by", why.explained_by, &json);
  WriteLinks("explains", why.explains, &json);
  WriteNode(the_case, why.tree, &json.Key("tree"));
  json.EndObject();
  return out + '\n';
}

}  // namespace espial::cli
