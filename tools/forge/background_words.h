// What the background is made of: names and texts at random.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tools/forge/random.h"

namespace espial::forge {

// "{xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx}" without the braces; `number` tells
// GUIDs apart that are used again and again.
std::string GuidOf(uint64_t number);
// A value of an event's field, by the type's name in the catalogue and the name
// of the field.
std::string FieldText(std::string_view type, std::string_view name,
                      Random* random);
// A path on a device's disk.
std::string PathText(Random* random);
// A sentence of some length.
std::string Sentence(Random* random);
// What the agent of Intune writes into its log: lines about apps, policies,
// checks and downloads, each with its component; now and then a long object of
// JSON, or a text of several lines.
struct AgentLine {
  std::string text;
  std::string_view component;
};
AgentLine MakeAgentLine(Random* random);

}  // namespace espial::forge
