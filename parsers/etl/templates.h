// Events of manifests: their fields by provider, id and version, made from the
// product's catalogue when it is built.
#pragma once

#include <espial/core/bytes.h>
#include <espial/model/event.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "parsers/etl/payload.h"

namespace espial::etl {

// The name of an inbox provider; empty when it is not known. `guid` is
// "{...}" in lower case.
std::string_view ProviderName(std::string_view guid);

// Decodes the payload of an event by its template. Nothing when there is none,
// or when the payload does not fit it to the last byte: a template that is off
// by a version must not make fields up.
std::optional<std::vector<Field>> DecodeManifest(std::string_view guid,
                                                 uint16_t id, uint8_t version,
                                                 Bytes payload,
                                                 PayloadContext* context);

}  // namespace espial::etl
