#!/usr/bin/env python3
"""Checks what every parser owes.

A description of its format (FORMAT.md, or a link to a public one), tests, a
fuzz target with a corpus, and a benchmark where it is on the path of a bundle.
"""

import re

import tree

LINK = re.compile(r"https?://[\w./-]+")
LEAST_CORPUS = 3
# Parsers that every bundle goes through, and the word that a benchmark of them
# cannot do without.
MEASURED = {"archive/zip": "zip", "archive/cab": "cab", "evtx": "evtx",
            "registry/dump": "registry"}


def check_parser(name, files, read):
    """Complaints about one parser. `read(path)` gives the text of a file."""
    complaints = []
    ident = name.replace("/", "_")
    folder = f"parsers/{name}/"
    own = [f for f in files if f.startswith(folder)]
    if not any(f.endswith(".cc") for f in own):
        complaints.append(f"{name}: no source in {folder}")
    if f"{folder}FORMAT.md" not in own and not any(
            LINK.search(read(f)) for f in own if f.endswith((".h", ".cc"))):
        complaints.append(f"{name}: neither FORMAT.md nor a link in {folder}")
    tests = f"tests/parsers/{name}/"
    if not any(f.startswith(tests) and f.endswith("_test.cc") for f in files):
        complaints.append(f"{name}: no test in {tests}")
    if f"tests/fuzz/{ident}_fuzz.cc" not in files:
        complaints.append(f"{name}: no tests/fuzz/{ident}_fuzz.cc")
    corpus = f"tests/fuzz/corpus/{ident}/"
    count = sum(f.startswith(corpus) for f in files)
    if count < LEAST_CORPUS:
        complaints.append(f"{name}: {count} files in {corpus}, at least "
                          f"{LEAST_CORPUS} are needed")
    if name in MEASURED:
        word = re.compile(MEASURED[name], re.I)
        benches = [f for f in files
                   if f.startswith("bench/") and f.endswith("_bench.cc")]
        if not any(word.search(f) or word.search(read(f)) for f in benches):
            complaints.append(f"{name}: no bench/*_bench.cc measures it")
    return complaints


def check(args):
    files = set(tree.source_files(args.root))
    parsers = tree.parser_names(args.root)
    complaints = []
    for name in parsers:
        complaints += check_parser(name, files,
                                   lambda f: tree.read_text(args.root, f))
    for name in MEASURED:
        if name not in parsers:
            complaints.append(f"{name} is not in ESPIAL_PARSERS")
    print(f"{len(parsers)} parsers")
    return complaints


def self_test():
    whole = {
        "parsers/evtx/evtx.cc": "// see https://example.org/evtx",
        "tests/parsers/evtx/evtx_test.cc": "",
        "tests/fuzz/evtx_fuzz.cc": "",
        "tests/fuzz/corpus/evtx/a": "",
        "tests/fuzz/corpus/evtx/b": "",
        "tests/fuzz/corpus/evtx/c": "",
        "bench/evtx_bench.cc": "",
    }

    def complaints(files):
        return check_parser("evtx", set(files), lambda f: files[f])

    tree.expect(not complaints(whole), "a whole parser owes nothing")
    for path in whole:
        less = {f: t for f, t in whole.items() if f != path}
        found = complaints(less)
        tree.expect(found, f"{path} is missed")
    unlinked = dict(whole, **{"parsers/evtx/evtx.cc": "// no link"})
    tree.expect(len(complaints(unlinked)) == 1, "a missing link is missed")
    unlinked["parsers/evtx/FORMAT.md"] = "# EVTX"
    tree.expect(not complaints(unlinked), "FORMAT.md stands for a link")
    elsewhere = dict(whole)
    del elsewhere["bench/evtx_bench.cc"]
    elsewhere["bench/bundle_bench.cc"] = "void BM_Zip_Read();"
    tree.expect(len(complaints(elsewhere)) == 1, "another benchmark counts")
    elsewhere["bench/bundle_bench.cc"] = "void BM_Evtx_Parse();"
    tree.expect(not complaints(elsewhere), "a benchmark may hold several")


if __name__ == "__main__":
    tree.main(__doc__, lambda a: a.add_argument("root"), check, self_test)
