cmake_minimum_required(VERSION 3.25)
# Writes OUTPUT, a C++ file that tells the fields of events: for each event of
# the providers in PROVIDERS (GUIDs) its id, version and fields, and the names of
# all providers, out of INPUT (rules/packs/catalog/events.csv).
file(READ "${INPUT}" text)
# What means something to a list of CMake.
string(REPLACE "\\" "/" text "${text}")
string(REPLACE ";" "|" text "${text}")
string(REPLACE "[" "(" text "${text}")
string(REPLACE "]" ")" text "${text}")
string(REPLACE "\n" ";" rows "${text}")

set(names "")
set(events "")
foreach(row IN LISTS rows)
  # Fields in quotes describe counted arrays: no template of these is made.
  if(NOT row MATCHES
     "^([^,\"]+),([-0-9a-f]+),[^,]*,([0-9]+),([0-9]+),[^,]*,([^,\"]*),")
    continue()
  endif()
  set(guid "${CMAKE_MATCH_2}")
  list(APPEND names "    {\"{${guid}}\", \"${CMAKE_MATCH_1}\"},\n")
  if(guid IN_LIST PROVIDERS)
    set(id "${CMAKE_MATCH_3}")
    set(version "${CMAKE_MATCH_4}")
    set(fields "${CMAKE_MATCH_5}")
    # Padded, so that the order of the texts is that of the numbers.
    string(REPEAT "0" 5 zeros)
    string(LENGTH "${id}" length)
    string(SUBSTRING "${zeros}" ${length} -1 pad)
    set(key "{${guid}} ${pad}${id}")
    string(LENGTH "${version}" length)
    math(EXPR length "${length} + 2")
    string(SUBSTRING "${zeros}" ${length} -1 pad)
    list(APPEND events "    {\"${key} ${pad}${version}\", \"${fields}\"},\n")
  endif()
endforeach()
list(SORT names)
list(REMOVE_DUPLICATES names)
list(SORT events)
list(REMOVE_DUPLICATES events)
list(JOIN names "" names)
list(JOIN events "" events)
file(WRITE "${OUTPUT}"
"// Made from rules/packs/catalog/events.csv by cmake/EtlTemplates.cmake.
#include \"parsers/etl/catalog.h\"

namespace espial::etl {

std::span<const NamedProvider> CatalogProviders() {
  static constexpr NamedProvider kProviders[] = {
${names}};
  return kProviders;
}

std::span<const EventTemplate> CatalogTemplates() {
  static constexpr EventTemplate kTemplates[] = {
${events}};
  return kTemplates;
}

}  // namespace espial::etl
")
