"""What the checks of this folder share: the files of the tree, reporting."""

import argparse
import os
import subprocess
import sys

# Folders that hold no sources of ours.
SKIPPED_FOLDERS = ("build", ".git", ".cache")


def source_files(root):
    """Paths below `root`, '/' separated: those that git knows or would add."""
    git = subprocess.run(
        ["git", "-C", root, "ls-files", "-z", "--cached", "--others",
         "--exclude-standard"],
        capture_output=True, check=False)
    if git.returncode == 0:
        names = git.stdout.decode("utf-8", "surrogateescape").split("\0")
        return sorted(name for name in set(names)
                      if name and os.path.isfile(os.path.join(root, name)))
    found = []
    for folder, folders, files in os.walk(root):
        folders[:] = [f for f in folders if f not in SKIPPED_FOLDERS]
        for name in files:
            path = os.path.relpath(os.path.join(folder, name), root)
            found.append(path.replace(os.sep, "/"))
    return sorted(found)


def read_bytes(root, path):
    with open(os.path.join(root, path), "rb") as file:
        return file.read()


def read_text(root, path):
    return read_bytes(root, path).decode("utf-8", "replace")


def parser_names(root):
    """The words of ESPIAL_PARSERS."""
    text = read_text(root, "parsers/CMakeLists.txt")
    start = text.index("set(ESPIAL_PARSERS") + len("set(ESPIAL_PARSERS")
    return text[start:text.index(")", start)].split()


def expect(condition, what):
    """For self-tests: ends the program when a check does not work."""
    if not condition:
        sys.exit(f"self-test failed: {what}")


def main(description, add_arguments, check, self_test):
    """Runs `check(args)`, which gives a list of complaints, or `self_test()`.

    Both are run one after the other when neither is asked for alone, so that
    a check that cannot fail never passes.
    """
    arguments = argparse.ArgumentParser(description=description)
    arguments.add_argument("--self-test", action="store_true",
                           help="only prove that the check can fail")
    add_arguments(arguments)
    args = arguments.parse_args()
    self_test()
    if args.self_test:
        print("self-test passed")
        return
    complaints = check(args)
    for complaint in complaints:
        print(complaint)
    if complaints:
        sys.exit(f"{len(complaints)} complaint(s)")
    print("nothing to complain about")
