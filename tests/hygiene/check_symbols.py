#!/usr/bin/env python3
"""Checks that the static libraries neither print, exit, write nor connect.

Looks at the symbols that the objects of Espial's libraries leave undefined:
what they would have to call to do it.
"""

import re
import subprocess

import tree

BANNED = [
    ("prints", r"(?:__)?v?printf(?:_chk)?|putchar(?:_unlocked)?|puts|perror|"
               r"putc(?:har)?|fput[cs](?:_unlocked)?|putw|psignal|"
               r"fwrite(?:_unlocked)?|(?:__)?v?fprintf(?:_chk)?|"
               r"(?:__)?v?dprintf(?:_chk)?|std(?:out|err)|syslog"),
    ("prints", r"std::w?(?:cout|cerr|clog)"),
    ("prints", r"fmt::v\d+::v?print\b.*"),
    ("ends the program", r"abort|exit|_exit|_Exit|quick_exit|raise|kill|"
                         r"pthread_kill|std::(?:abort|exit|_Exit|quick_exit)"),
    ("asserts in a release build", r"__assert_fail|__assert_perror_fail"),
    ("writes files", r"creat(?:64)?|mkdir|mknod|mkfifo|mks?temps?(?:64)?|"
                     r"mkdtemp|tmpfile(?:64)?|unlink(?:at)?|remove|rename(?:at)?|"
                     r"rmdir|truncate(?:64)?|ftruncate(?:64)?|f(?:d|re)?open(?:64)?"),
    ("writes files", r"std::(?:filebuf|w?o?fstream)|"
                     r"std::basic_o?fstream<.*|std::(?:__cxx11::)?"
                     r"filesystem::(?:remove|remove_all|rename|copy|copy_file|"
                     r"create_director(?:y|ies)|resize_file)\b.*"),
    ("starts programs", r"system|popen|v?fork|execv[pe]*|execl[pe]*|fexecve|"
                        r"posix_spawnp?"),
    ("uses the network", r"socket|connect|bind|listen|accept4?|getaddrinfo|"
                         r"gethostbyname(?:_r)?|send(?:to|msg)?|recv(?:from|msg)?"),
    ("changes the process", r"setenv|putenv|unsetenv|setlocale|chdir|umask|"
                            r"signal|sigaction|std::locale::global\b.*"),
    ("asks the machine for its zone", r"localtime(?:_r)?|mktime|tzset"),
]
PATTERNS = [(why, re.compile(pattern)) for why, pattern in BANNED]

# "libespial_core.a:time.cc.o:                 U memcpy"
LINE = re.compile(r"^(?P<place>.*?):?\s+[UwWvV] (?P<symbol>.*)$")
VERSION = re.compile(r"@@?[A-Z_]+[0-9.]*$")


def check_symbols(text, allow_assert):
    """Complaints about the output of nm, and how many symbols it named."""
    complaints = []
    count = 0
    for line in text.splitlines():
        match = LINE.match(line)
        if match is None:
            continue
        count += 1
        symbol = VERSION.sub("", match["symbol"]).strip()
        # "std::exit(int)" and "exit" are both named without their arguments.
        name = re.sub(r"\(.*\)(?: const)?$", "", symbol)
        for why, pattern in PATTERNS:
            if not (pattern.fullmatch(symbol) or pattern.fullmatch(name)):
                continue
            if allow_assert and name.startswith("__assert"):
                continue
            complaints.append(f"{match['place']}: {why}: {symbol}")
    return complaints, count


def check(args):
    complaints = []
    total = 0
    for library in args.library:
        nm = subprocess.run(
            [args.nm, "-A", "-C", "--undefined-only", library],
            capture_output=True, check=False, text=True, errors="replace")
        if nm.returncode != 0:
            complaints.append(f"{library}: {nm.stderr.strip()}")
            continue
        found, count = check_symbols(nm.stdout, args.allow_assert)
        complaints += found
        total += count
    if total == 0:
        complaints.append("no library with any symbol was looked at")
    print(f"{len(args.library)} libraries, {total} undefined symbols")
    return complaints


def self_test():
    place = "lib/libespial_core.a:time.cc.o:                 U "
    for symbol in ("printf", "puts", "__printf_chk", "fwrite", "stdout",
                   "std::cout", "std::cerr", "std::clog", "exit", "_exit",
                   "abort", "quick_exit", "raise",
                   "__assert_fail", "fopen", "fopen64", "system", "socket",
                   "localtime_r", "setlocale", "exit@@GLIBC_2.2.5",
                   "fmt::v9::vprint(fmt::v9::basic_string_view<char>)",
                   "std::filesystem::remove(std::filesystem::path const&)",
                   "std::basic_ofstream<char, std::char_traits<char> >::"
                   "basic_ofstream(std::string const&)"):
        complaints, count = check_symbols(place + symbol, False)
        tree.expect(len(complaints) == 1 and count == 1, f"{symbol} is banned")
        tree.expect("libespial_core.a:time.cc.o" in complaints[0],
                    "a complaint names the object")
    for symbol in ("memcpy", "snprintf", "vsnprintf", "std::terminate()",
                   "operator delete(void*)", "open", "open64", "close",
                   "espial::report::exit_code(int)", "__snprintf_chk",
                   "std::basic_ostream<char>::put(char)", "fmt::v9::vformat",
                   "std::basic_ifstream<char, std::char_traits<char> >::open"):
        tree.expect(check_symbols(place + symbol, False) == ([], 1),
                    f"{symbol} is allowed")
    tree.expect(not check_symbols(place + "__assert_fail", True)[0],
                "assertions are allowed in a debug build")
    tree.expect(check_symbols("lib.a:x.o:\n\n", False) == ([], 0),
                "what is no symbol is not counted")


def add_arguments(arguments):
    arguments.add_argument("--nm", default="nm")
    arguments.add_argument("--allow-assert", action="store_true",
                           help="for builds without NDEBUG")
    arguments.add_argument("library", nargs="*")


if __name__ == "__main__":
    tree.main(__doc__, add_arguments, check, self_test)
