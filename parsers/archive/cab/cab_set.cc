#include "parsers/archive/cab/cab_set.h"

#include <string_view>
#include <utility>

namespace espial::archive_cab {
namespace {

// Parts of one set that are read; real sets have a handful. Indexes rise by
// one from part to part, so that names cannot lead in a circle.
constexpr size_t kMaxParts = 64;

struct Neighbour {
  std::shared_ptr<const Source> source;
  Cabinet cabinet;
};

// The sibling `name` when it is part `index` of set `set_id`. `tables`: with
// folders and files, which may fail; else the header alone.
std::optional<Neighbour> Load(std::string_view name, uint16_t set_id,
                              unsigned index, bool tables,
                              const ParseContext& context, std::string* why) {
  if (name.empty() || !context.sibling) {
    *why = "is not beside it";
    return std::nullopt;
  }
  std::shared_ptr<const Source> source = context.sibling(name);
  if (!source) {
    *why = "is not beside it";
    return std::nullopt;
  }
  Result<Cabinet> cabinet =
      tables ? ReadCabinet(source->bytes(), 0) : ReadHeader(source->bytes(), 0);
  if (!cabinet) {
    *why = "cannot be read (" + cabinet.error().ToString() + ")";
    return std::nullopt;
  }
  if (cabinet->set_id != set_id || cabinet->index != index) {
    *why = "is part " + std::to_string(cabinet->index + 1) + " of set " +
           std::to_string(cabinet->set_id);
    return std::nullopt;
  }
  return Neighbour{std::move(source), std::move(*cabinet)};
}

std::string PartName(unsigned index, uint16_t set_id, std::string_view name) {
  return "part " + std::to_string(index + 1) + " (" + std::string(name) +
         ") of set " + std::to_string(set_id);
}

}  // namespace

std::optional<std::string> FindReader(const Cabinet& cabinet,
                                      uint64_t source_size,
                                      const ParseContext& context) {
  std::string why;
  std::string first_name;
  std::optional<Neighbour> first;
  const Cabinet* at = &cabinet;
  for (size_t i = 1; i < kMaxParts && at->has_previous() && at->index > 0;
       ++i) {
    std::string name(at->previous_name);
    std::optional<Neighbour> previous =
        Load(name, cabinet.set_id, at->index - 1U, false, context, &why);
    if (!previous) break;
    first = std::move(previous);
    first_name = std::move(name);
    at = &first->cabinet;
  }
  if (!first) return std::nullopt;

  // Forward again, as the first part will go, tables and all.
  std::optional<Neighbour> here = Load(
      first_name, cabinet.set_id, first->cabinet.index, true, context, &why);
  if (!here) return std::nullopt;
  for (size_t i = 1; i < kMaxParts && here->cabinet.has_next(); ++i) {
    const std::string name(here->cabinet.next_name);
    here = Load(name, cabinet.set_id, here->cabinet.index + 1U, true, context,
                &why);
    if (!here) break;
    if (here->cabinet.index == cabinet.index) {
      return here->source->size() == source_size
                 ? std::optional<std::string>(first_name)
                 : std::nullopt;
    }
  }
  return std::nullopt;
}

CabinetSet GatherSet(Cabinet first, const ParseContext& context) {
  CabinetSet set;
  std::string why;
  if (first.has_previous()) {
    const unsigned before = first.index == 0 ? 0 : first.index - 1U;
    Load(first.previous_name, first.set_id, before, false, context, &why);
    if (why.empty()) why = "does not lead to this one";
    set.missing_previous =
        Error{Errc::kNotFound, "previous cabinet", first.base,
              PartName(before, first.set_id, first.previous_name) + " " + why};
  }
  set.parts.push_back(std::make_unique<Part>());
  set.parts.back()->cabinet = std::move(first);
  for (;;) {
    const Cabinet& last = set.parts.back()->cabinet;
    if (!last.has_next()) break;
    const unsigned index = last.index + 1U;
    if (set.parts.size() >= kMaxParts) {
      set.missing_next = Error{Errc::kLimitExceeded, "next cabinet", 0,
                               PartName(index, last.set_id, last.next_name) +
                                   " and those behind it were not read: a set "
                                   "may have " +
                                   std::to_string(kMaxParts) + " parts"};
      break;
    }
    why.clear();
    std::optional<Neighbour> next =
        Load(last.next_name, last.set_id, index, true, context, &why);
    if (!next) {
      set.missing_next =
          Error{Errc::kNotFound, "next cabinet", 0,
                PartName(index, last.set_id, last.next_name) + " " + why};
      break;
    }
    auto part = std::make_unique<Part>();
    part->source = std::move(next->source);
    part->name = std::string(last.next_name);
    part->cabinet = std::move(next->cabinet);
    set.parts.push_back(std::move(part));
  }
  return set;
}

}  // namespace espial::archive_cab
