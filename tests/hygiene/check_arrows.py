#!/usr/bin/env python3
"""Checks that includes follow the arrows of the design.

core <- model <- { parsers, rules, report } <- api <- tools. Parsers, rules and
report never include each other, a parser includes no other parser, and third
parties stay out of public headers.
"""

import re

import tree

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.M)

# Which floors the files of a floor may include.
ALLOWED = {
    "core": {"core"},
    "model": {"core", "model"},
    "report": {"core", "model", "report"},
    "parsers": {"core", "model", "parsers"},
    "rules": {"core", "model", "rules"},
    "api": {"core", "model", "report", "parsers", "rules", "api"},
    "tools": {"core", "model", "report", "parsers", "rules", "api", "tools"},
}

FOLDERS = {
    "lib/core/": "core",
    "lib/model/": "model",
    "lib/report/": "report",
    "lib/api/": "api",
    "parsers/": "parsers",
    "rules/": "rules",
    "tools/": "tools",
}

PUBLIC = {
    "espial/core/": "core",
    "espial/model/": "model",
    "espial/report/": "report",
    "espial/parsers/": "parsers",
    "espial/rules/": "rules",
    "espial/evtx": "parsers",
    "espial/espial.h": "api",
    "espial/scan.h": "api",
}

THIRD_PARTY = ("zip.h", "zipconf.h", "zlib.h", "mspack.h", "re2/", "yaml-cpp/", "yaml.h",
               "pugixml", "nlohmann/", "fmt/", "CLI/", "gtest/", "gmock/",
               "benchmark/")

# Made by CMake, so it stands in no folder of the tree.
GENERATED = {"parsers/registry.cc": {"builtin_parsers.inc"}}


def floor_of(path, table):
    for prefix, floor in table.items():
        if path.startswith(prefix):
            return floor
    return None


def parser_folder(path, parsers):
    """The parser that a path belongs to, or "support", or ""."""
    if path.startswith("parsers/support/"):
        return "support"
    for name in parsers:
        if path.startswith(f"parsers/{name}/"):
            return name
    return ""


def check_file(path, text, parsers):
    """Complaints about the includes of one file."""
    own_floor = floor_of(path, FOLDERS)
    if own_floor is None:
        return []
    complaints = []
    is_public = "/include/espial/" in path
    for match in INCLUDE.finditer(text):
        quote, target = match.groups()
        line = text.count("\n", 0, match.start()) + 1

        def complain(why, line=line, target=target):
            complaints.append(f"{path}:{line}: {target}: {why}")

        if quote == "<":
            if target.startswith(THIRD_PARTY):
                if is_public:
                    complain("a third party in a public header")
                elif own_floor in ("core", "model"):
                    complain(f"{own_floor} uses no third party")
            elif target.startswith("espial/"):
                floor = floor_of(target, PUBLIC)
                if floor is None:
                    complain("no public header of any floor")
                elif floor not in ALLOWED[own_floor]:
                    complain(f"{own_floor} must not know {floor}")
            continue
        if target in GENERATED.get(path, ()):
            continue
        if is_public:
            complain("a public header includes public headers only, in <>")
            continue
        if "/include/" in target:
            complain("a public header is included as <espial/...>")
            continue
        floor = floor_of(target, FOLDERS)
        if floor is None:
            complain("an internal header is named from the root of the tree")
        elif floor != own_floor:
            complain(f"internal to {floor}, included by {own_floor}")
        elif own_floor == "parsers":
            owner = parser_folder(target, parsers)
            user = parser_folder(path, parsers)
            if owner not in (user, "support"):
                complain(f"internal to parser {owner or '?'}, included by "
                         f"{user or 'the registry'}")
    return complaints


def check(args):
    parsers = tree.parser_names(args.root)
    complaints = []
    seen = set()
    for path in tree.source_files(args.root):
        if not path.endswith((".h", ".cc")):
            continue
        seen.add(floor_of(path, FOLDERS))
        complaints += check_file(path, tree.read_text(args.root, path), parsers)
    for floor in ALLOWED:
        if floor not in seen:
            complaints.append(f"no file of {floor} was found")
    return complaints


def self_test():
    parsers = ["archive/zip", "evtx", "registry/dump", "registry/reg"]
    bad = [
        ("lib/core/a.cc", "#include <espial/model/event.h>"),
        ("lib/core/a.cc", "#include <fmt/format.h>"),
        ("lib/model/a.cc", '#include "lib/core/detail.h"'),
        ("lib/model/include/espial/model/a.h", "#include <re2/re2.h>"),
        ("lib/model/a.cc", "#include <espial/rules/ruleset.h>"),
        ("lib/report/a.cc", "#include <espial/parsers/parser.h>"),
        ("lib/report/a.cc", '#include "rules/engine/expr.h"'),
        ("lib/report/a.cc", "#include <espial/espial.h>"),
        ("rules/engine/a.cc", "#  include\t<espial/report/report.h>"),
        ("rules/include/espial/rules/a.h", "#include <yaml-cpp/yaml.h>"),
        ("rules/include/espial/rules/a.h", '#include "rules/engine/expr.h"'),
        ("parsers/evtx/a.cc", "#include <espial/rules/ruleset.h>"),
        ("parsers/evtx/a.cc", '#include "parsers/archive/zip/zip.h"'),
        ("parsers/registry/reg/a.cc", '#include "parsers/registry/dump/d.h"'),
        ("parsers/registry/reg/a.cc", '#include "parsers/registry/shared.h"'),
        ("parsers/support/a.cc", '#include "parsers/evtx/chunk.h"'),
        ("parsers/registry.cc", '#include "parsers/evtx/chunk.h"'),
        ("parsers/evtx/a.cc", '#include "chunk.h"'),
        ("parsers/evtx/a.cc", '#include "../support/text.h"'),
        ("parsers/evtx/a.cc", '#include "lib/core/include/espial/core/x.h"'),
        ("lib/api/a.cc", '#include "tools/forge/evtx_writer.h"'),
        ("lib/api/include/espial/a.h", "#include <zip.h>"),
        ("tools/espial/a.cc", '#include "lib/api/reader.h"'),
        ("lib/model/a.cc", "#include <espial/other/x.h>"),
    ]
    for path, text in bad:
        tree.expect(len(check_file(path, f"// x\n{text}\n", parsers)) == 1,
                    f"{path} may not have {text}")
    good = [
        ("lib/core/a.cc", "#include <espial/core/text.h>\n#include <vector>"),
        ("lib/model/a.cc", "#include <espial/core/text.h>"),
        ("lib/report/a.cc", '#include <fmt/format.h>\n#include "lib/report/a.h"'),
        ("parsers/registry.cc", '#include "builtin_parsers.inc"'),
        ("parsers/evtx/a.cc", '#include "parsers/evtx/chunk.h"\n'
                              '#include "parsers/support/text.h"\n'
                              "#include <espial/parsers/parser.h>"),
        ("rules/engine/a.cc", "#include <re2/re2.h>"),
        ("lib/api/a.cc", "#include <espial/rules/ruleset.h>"),
        ("tools/espial/a.cc", "#include <espial/espial.h>\n#include <CLI/CLI.hpp>"),
        ("tests/api/a.cc", '#include "lib/api/reader.h"'),
    ]
    for path, text in good:
        tree.expect(not check_file(path, text, parsers),
                    f"{path} may have {text}")


if __name__ == "__main__":
    tree.main(__doc__, lambda a: a.add_argument("root"), check, self_test)
