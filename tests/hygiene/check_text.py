#!/usr/bin/env python3
"""Checks the text of the sources.

ASCII only, no tabs, no blanks at the end of a line, one line feed at the end of
the file, and none of the words that put work off.
"""

import os
import re

import tree

SUFFIXES = (".h", ".cc", ".cmake", ".py", ".sh", ".yml", ".yaml", ".csv", ".md",
            ".json", ".js", ".css", ".html", ".in")
NAMES = ("CMakeLists.txt", ".clang-format", ".clang-tidy", ".editorconfig",
         ".gitignore")
WITHOUT_SUFFIX = ("tools/dev", ".ci/run")

# Inputs of tests: their bytes are what the test is about.
DATA = ("tests/fuzz/corpus/", "tests/golden/", "tests/corpus/",
        "tests/rules/errors/", "samples/bundles/")

# Spelled in halves, so that this file passes its own check.
PUT_OFF = re.compile(r"\b(?:" + "|".join(("TO" "DO", "FIX" "ME", "X" "XX")) +
                     r")\b")
MACHINE = re.compile(r"(?<![\w./$}])/wo" r"rk/")


def is_source(path):
    if path.startswith(DATA) or "/golden/" in path:
        return False
    return (path.endswith(SUFFIXES) or os.path.basename(path) in NAMES or
            path in WITHOUT_SUFFIX)


def check_file(path, content):
    """Complaints about one file, a few at most."""
    complaints = []
    if not content:
        return complaints
    if not content.endswith(b"\n"):
        complaints.append(f"{path}: no line feed at the end")
    elif content.endswith(b"\n\n"):
        complaints.append(f"{path}: a blank line at the end")
    for number, line in enumerate(content.split(b"\n"), 1):
        where = f"{path}:{number}"
        if not line.isascii():
            column = next(i for i, c in enumerate(line, 1) if c >= 0x80)
            complaints.append(f"{where}:{column}: not ASCII")
        if b"\t" in line:
            complaints.append(f"{where}: tab")
        if line.endswith((b" ", b"\t", b"\r")):
            complaints.append(f"{where}: blanks at the end of the line")
        text = line.decode("ascii", "replace")
        # A catalogue holds texts of Windows, which may say what they like.
        if not path.endswith(".csv") and PUT_OFF.search(text):
            complaints.append(f"{where}: puts work off: {text.strip()[:80]}")
        if MACHINE.search(text):
            complaints.append(f"{where}: names a folder of one machine")
        if len(complaints) >= 20:
            complaints.append(f"{path}: and so on")
            break
    return complaints


def check(args):
    complaints = []
    files = [f for f in tree.source_files(args.root) if is_source(f)]
    for path in files:
        complaints += check_file(path, tree.read_bytes(args.root, path))
    print(f"{len(files)} files")
    if len(files) < 50:
        complaints.append("hardly any file was found")
    return complaints


def self_test():
    put_off = ("TO" "DO", "FIX" "ME", "X" "XX")
    bad = {
        b"caf\xc3\xa9\n": ":1:4: not ASCII",
        b"ok\n\xff\n": ":2:1: not ASCII",
        b"a\tb\n": ":1: tab",
        b"a \n": ":1: blanks",
        b"a\r\n": ":1: blanks",
        b"a": ": no line feed",
        b"a\n\n": ": a blank line",
        b"// /wo" b"rk/main\n": ":1: names a folder",
    }
    for word in put_off:
        bad[f"// {word}: later\n".encode()] = ":1: puts work off"
    for content, want in bad.items():
        complaints = check_file("a.cc", content)
        tree.expect(len(complaints) == 1 and complaints[0].startswith(
            f"a.cc{want}"), f"{content!r} gives {want!r}, not {complaints}")
    for content in (b"", b"plain\n", b"espial-XXXXXX\n", b"net/wo" b"rk/x\n",
                    b"a\n\nb\n"):
        tree.expect(not check_file("a.cc", content), f"{content!r} is fine")
    tree.expect(not check_file("a.csv", f"{put_off[2]}\n".encode()),
                "a catalogue may quote anything")
    for path in ("lib/core/a.cc", "tools/dev", "CMakeLists.txt", "a/b.yml"):
        tree.expect(is_source(path), f"{path} is a source")
    for path in ("tests/fuzz/corpus/rules/a.yml", "a.zip", "LICENSE"):
        tree.expect(not is_source(path), f"{path} is no source")
    many = check_file("a.cc", b"\t\n" * 1000)
    tree.expect(len(many) < 30, "one bad file does not fill the screen")


if __name__ == "__main__":
    tree.main(__doc__, lambda a: a.add_argument("root"), check, self_test)
