// espial rules: what there is of rules, and writing more of them.
#include <memory>
#include <vector>

#include "tools/espial/command.h"
#include "tools/espial/rules_commands.h"

namespace espial::cli {

Command AddRules(CLI::App* root) {
  CLI::App* app =
      root->add_subcommand("rules", "List, show, write and check signatures");
  app->require_subcommand(1);
  app->footer(
      "Exit codes: 0 done, 2 wrong command line or rules that do not load, 3 "
      "the result could\nnot be written; more in the help of each.\n\n"
      "Examples:\n"
      "  espial rules list --area HYB\n"
      "  espial rules show HYB-001");
  auto commands = std::make_shared<std::vector<Command>>();
  commands->push_back(AddRulesList(app));
  commands->push_back(AddRulesShow(app));
  commands->push_back(AddRulesLint(app));
  commands->push_back(AddRulesTest(app));
  commands->push_back(AddRulesCoverage(app));
  commands->push_back(AddRulesNew(app));
  commands->push_back(AddRulesCapture(app));
  commands->push_back(AddRulesConvert(app));
  commands->push_back(AddRulesCompile(app));
  return {app, [commands] {
            for (const Command& command : *commands) {
              if (command.app->parsed()) return command.run();
            }
            return kUsage;
          }};
}

}  // namespace espial::cli
