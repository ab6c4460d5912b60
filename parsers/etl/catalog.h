// What the build makes of the product's catalogue of events
// (cmake/EtlTemplates.cmake).
#pragma once

#include <span>
#include <string_view>

namespace espial::etl {

struct NamedProvider {
  std::string_view guid;  // "{...}", lower case
  std::string_view name;
};
// All providers of the catalogue.
std::span<const NamedProvider> CatalogProviders();

struct EventTemplate {
  std::string_view key;     // "{guid} id version", with 5 and 3 digits
  std::string_view fields;  // "Name:Type|Name:Type", in their order
};
// Of the providers whose payloads are decoded; by key.
std::span<const EventTemplate> CatalogTemplates();

}  // namespace espial::etl
