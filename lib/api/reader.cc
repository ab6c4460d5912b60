#include "lib/api/reader.h"

#include <espial/core/text.h>
#include <espial/parsers/parser.h>

#include <algorithm>
#include <memory>
#include <string>
#include <tuple>
#include <utility>

#include "lib/api/app_names.h"

namespace espial {
namespace {

using Sibling = std::function<std::shared_ptr<const Source>(std::string_view)>;

// One source on its way to becoming an artifact.
struct Node {
  std::string provenance;
  std::shared_ptr<const Source> source;
  Node* parent = nullptr;
  uint32_t depth = 0;
  uint64_t size = 0;
  // Where it came up among the children of its parent: tells members of the
  // same name apart.
  uint64_t position = 0;
  Sibling sibling;
  const Parser* parser = nullptr;
  Artifact artifact;
  std::unique_ptr<Collector> collector;
};

using Level = std::vector<std::unique_ptr<Node>>;

void Refuse(Node& node, Error error) {
  node.artifact.state = ArtifactState::kRefused;
  node.collector->OnDamage({{}, std::move(error), node.size, true});
}

// Finds the parser of a node, or settles what becomes of it without one.
void Recognise(Node& node, const Limits& limits) {
  node.collector = std::make_unique<Collector>(limits);
  if (!node.artifact.note.empty()) {
    node.collector->OnNote(std::move(node.artifact.note));
    node.artifact.note.clear();
  }
  if (node.source == nullptr) {
    node.artifact.state = ArtifactState::kRefused;
    node.artifact.format = "unreadable";
    return;
  }
  const Parser* parser = FindParser(node.source->bytes());
  if (parser == nullptr) {
    node.artifact.format = DescribeBytes(node.source->bytes());
    // Of no bytes there is nothing to understand.
    if (node.size == 0) node.artifact.state = ArtifactState::kWhole;
    return;
  }
  node.artifact.format = parser->name;
  if (parser->container && node.depth > limits.nesting) {
    Refuse(node, {Errc::kLimitExceeded, "nesting of containers", 0,
                  "limit " + std::to_string(limits.nesting) + ", this is at " +
                      std::to_string(node.depth)});
    return;
  }
  node.parser = parser;
}

void Parse(Node& node, const Limits& limits, Budget& budget,
           Executor& executor) {
  const ParseContext context{limits, budget, executor, node.sibling};
  Collector& sink = *node.collector;
  const Status status = node.parser->parse(*node.source, context, sink);
  const bool found_nothing =
      sink.children.empty() && sink.events.empty() && sink.facts.empty();
  if (!status) {
    sink.OnDamage({{}, status.error(), found_nothing ? node.size : 0, true});
  }
  // What the limits cut is a loss like any other.
  sink.Finish();
  const bool lossy =
      std::any_of(sink.damage.begin(), sink.damage.end(),
                  [](const Damage& damage) { return damage.lossy; });
  node.artifact.state = !status && found_nothing ? ArtifactState::kRefused
                        : lossy                  ? ArtifactState::kDamaged
                                                 : ArtifactState::kWhole;
}

// The folder part of a provenance, with its separator.
std::string_view FolderOf(std::string_view provenance) {
  const std::string_view name = ProvenanceName(provenance);
  return provenance.substr(0, provenance.size() - name.size());
}

// Takes the children out of the nodes of one level.
Level NextLevel(const Level& level) {
  Level next;
  for (const std::unique_ptr<Node>& node : level) {
    std::vector<Child> children = std::exchange(node->collector->children, {});
    node->artifact.children = children.size();
    // Shared by all children: who lies beside whom.
    auto beside = std::make_shared<
        std::vector<std::pair<std::string, std::weak_ptr<const Source>>>>();
    for (size_t i = 0; i < children.size(); ++i) {
      Child& child = children[i];
      auto member = std::make_unique<Node>();
      member->provenance = node->provenance + "!" + child.name;
      member->size = child.source == nullptr ? 0 : child.source->size();
      member->parent = node.get();
      member->depth = node->depth + 1;
      member->position = i;
      member->artifact.note = std::move(child.note);
      if (child.source != nullptr) {
        beside->emplace_back(member->provenance, child.source);
      }
      member->source = std::move(child.source);
      member->sibling =
          [beside, folder = std::string(FolderOf(member->provenance))](
              std::string_view name) -> std::shared_ptr<const Source> {
        for (const auto& [provenance, source] : *beside) {
          if (provenance.size() == folder.size() + name.size() &&
              provenance.starts_with(folder) &&
              EqualsFold(std::string_view(provenance).substr(folder.size()),
                         name)) {
            return source.lock();
          }
        }
        return nullptr;
      };
      next.push_back(std::move(member));
    }
  }
  return next;
}

void ReadLevel(const Level& level, const Limits& limits, Budget& budget,
               Executor& executor) {
  executor.ParallelFor(level.size(),
                       [&](size_t i) { Recognise(*level[i], limits); });
  // Containers draw on the shared budget, and which one finds it used up must
  // not depend on threads: one by one, in order.
  std::vector<Node*> readers_of_siblings;
  std::vector<Node*> leaves;
  for (const std::unique_ptr<Node>& node : level) {
    if (node->parser == nullptr) continue;
    if (node->parser->container) {
      Parse(*node, limits, budget, executor);
    } else {
      (node->parser->reads_siblings ? readers_of_siblings : leaves)
          .push_back(node.get());
    }
  }
  const auto parse = [&](std::vector<Node*>& nodes, bool last) {
    // The large ones first: the last to end should not be the last to begin.
    std::stable_sort(
        nodes.begin(), nodes.end(),
        [](const Node* a, const Node* b) { return a->size > b->size; });
    executor.ParallelFor(nodes.size(), [&](size_t i) {
      Parse(*nodes[i], limits, budget, executor);
      // Nobody looks at it any more; what was found has been copied.
      if (last) nodes[i]->source.reset();
    });
  };
  parse(readers_of_siblings, false);
  parse(leaves, true);
}

void FillCase(std::vector<std::unique_ptr<Node>> nodes, Case* the_case) {
  std::sort(nodes.begin(), nodes.end(),
            [](const std::unique_ptr<Node>& a, const std::unique_ptr<Node>& b) {
              return std::tie(a->provenance, a->position) <
                     std::tie(b->provenance, b->position);
            });
  for (size_t i = 0; i < nodes.size(); ++i) {
    nodes[i]->artifact.id = SourceId{static_cast<uint32_t>(i)};
  }
  size_t events = 0;
  size_t facts = 0;
  for (const std::unique_ptr<Node>& node : nodes) {
    events += node->collector->events.size();
    facts += node->collector->facts.size();
  }
  the_case->timeline.Reserve(events, facts);
  for (const std::unique_ptr<Node>& node : nodes) {
    Artifact artifact = std::move(node->artifact);
    Collector& found = *node->collector;
    found.Finish();
    artifact.parent =
        node->parent == nullptr ? artifact.id : node->parent->artifact.id;
    artifact.depth = node->depth;
    artifact.provenance = node->provenance;
    artifact.size = node->size;
    artifact.note = found.note;
    artifact.facts = found.facts.size();
    artifact.damages = found.damage.size();
    for (const Event& event : found.events) {
      const bool own = event.state == RecordState::kActive ||
                       event.state == RecordState::kLive;
      ++(own ? artifact.events : artifact.residue);
    }
    bool lossy = false;
    for (Damage& damage : found.damage) {
      damage.source = artifact.id;
      lossy = lossy || damage.lossy;
      the_case->damage.push_back(std::move(damage));
    }
    for (Coverage& coverage : found.coverage) {
      coverage.source = artifact.id;
      coverage.damaged = coverage.damaged || lossy;
      the_case->coverage.push_back(std::move(coverage));
    }
    node->artifact.id = artifact.id;
    the_case->timeline.Add(std::move(found), artifact.id);
    the_case->artifacts.push_back(std::move(artifact));
  }
  std::stable_sort(the_case->damage.begin(), the_case->damage.end(),
                   [](const Damage& a, const Damage& b) {
                     return std::tie(a.source, a.error.offset) <
                            std::tie(b.source, b.error.offset);
                   });
  std::stable_sort(the_case->coverage.begin(), the_case->coverage.end(),
                   [](const Coverage& a, const Coverage& b) {
                     return std::tie(a.channel, a.source) <
                            std::tie(b.channel, b.source);
                   });
}

// Says which steps of the clock were not undone.
void ReportClock(Case* the_case) {
  const Clock& clock = the_case->clock;
  if (clock.steps_left_out == 0) return;
  const SourceId source = clock.steps.front().source;
  Damage damage{
      source,
      {Errc::kLimitExceeded, "clock steps", 0,
       "limit " + std::to_string(kMostClockSteps) + ", the smallest " +
           std::to_string(clock.steps_left_out) + " are not corrected for"},
      0,
      false};
  const auto place =
      std::upper_bound(the_case->damage.begin(), the_case->damage.end(), damage,
                       [](const Damage& a, const Damage& b) {
                         return std::tie(a.source, a.error.offset) <
                                std::tie(b.source, b.error.offset);
                       });
  the_case->damage.insert(place, std::move(damage));
  ++the_case->artifacts[source.value].damages;
}

}  // namespace

void ReadSources(std::vector<InputFile> files, const Limits& limits,
                 Executor& executor, Case* the_case) {
  Budget budget(limits);
  Level level;
  std::vector<std::pair<Node*, Error>> unreadable;
  for (InputFile& file : files) {
    auto node = std::make_unique<Node>();
    node->provenance = std::move(file.provenance);
    node->size = file.source == nullptr ? 0 : file.source->size();
    if (file.source == nullptr) {
      unreadable.emplace_back(node.get(), std::move(file.error));
    }
    node->source = std::move(file.source);
    node->sibling = std::move(file.sibling);
    level.push_back(std::move(node));
  }

  std::vector<std::unique_ptr<Node>> done;
  while (!level.empty()) {
    ReadLevel(level, limits, budget, executor);
    for (auto& [node, error] : unreadable) Refuse(*node, std::move(error));
    unreadable.clear();
    Level next = NextLevel(level);
    // What was copied out of them is all that is needed from here on.
    for (std::unique_ptr<Node>& node : level) {
      node->source.reset();
      node->sibling = nullptr;
      done.push_back(std::move(node));
    }
    level = std::move(next);
  }

  FillCase(std::move(done), the_case);
  the_case->clock = SettleTimes(the_case->artifacts, &the_case->timeline,
                                &the_case->duplicate_events);
  NameApps(the_case);
  CompleteCoverage(the_case);
  the_case->spans = FindSpans(the_case->timeline, the_case->clock);
  ReportClock(the_case);
}

}  // namespace espial
