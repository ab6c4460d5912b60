#include "tools/espial/filter_options.h"

namespace espial::cli {

void AddFilterOptions(CLI::App* app, EventFilterOptions* filter) {
  app->add_option("--from", filter->from,
                  "Only events at this time or later: ISO 8601, UTC unless it "
                  "says an offset; a date alone is its midnight")
      ->type_name("TIME");
  app->add_option("--to", filter->to, "Only events at this time or earlier")
      ->type_name("TIME");
  app->add_option("--channel", filter->channel,
                  "Only events of channels that fit this pattern ('*' any run, "
                  "'?' one character; case does not matter)")
      ->type_name("GLOB");
  app->add_option("--provider", filter->provider,
                  "Only events of providers that fit this pattern")
      ->type_name("GLOB");
  app->add_option("--id", filter->ids, "Only these event ids: 100,105-110")
      ->type_name("LIST");
  app->add_option("--record", filter->records,
                  "Only records of these ids: 7,100-250")
      ->type_name("LIST");
  app->add_option("--level", filter->level,
                  "Only events at least as severe: critical, error, warning, "
                  "information, verbose")
      ->type_name("LEVEL");
  app->add_option("--grep", filter->grep,
                  "Only events whose line of text this RE2 regular expression "
                  "matches somewhere; (?i) ignores case")
      ->type_name("REGEX");
}

}  // namespace espial::cli
