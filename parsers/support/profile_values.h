// Values of an Autopilot profile that stand for something, as facts beside
// them.
//
//   CloudAssignedOobeConfig = 286        its bits: .SkipCortanaOptIn = false,
//                                        .UserIsNotAdmin = true, ...
//   CloudAssignedDomainJoinMethod = 1    .Name = "hybrid join"
#pragma once

#include <espial/model/sink.h>

#include <memory>
#include <string>
#include <utility>

namespace espial {

// Passes everything on, and behind a fact with one of these names puts those
// that it stands for: same key, place and kind; name "<name>.<bit>", type
// "bool"; of bits without a name ".OtherBits". The sink must outlive it.
class ProfileValueSink : public Sink {
 public:
  explicit ProfileValueSink(Sink* sink) : sink_(*sink) {}

  void OnChild(Child child) override { sink_.OnChild(std::move(child)); }
  void OnEvent(const Event& event) override { sink_.OnEvent(event); }
  void OnFact(const Fact& fact) override;
  void OnDamage(Damage damage) override { sink_.OnDamage(std::move(damage)); }
  void OnCoverage(Coverage coverage) override {
    sink_.OnCoverage(std::move(coverage));
  }
  void OnNote(std::string note) override { sink_.OnNote(std::move(note)); }

 private:
  Sink& sink_;
};

}  // namespace espial
