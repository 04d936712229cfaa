#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""What each command says, and its exit status, when the command line or a file is wrong:
2 for the command line, 1 for all else, and the report names the command.

All of it is refused before the module is asked.
"""
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TSREWRITE = os.path.join(HERE, "../../build/tools/tsrewrite")
REFUSED, USAGE = 1, 2

# What a command needs besides its name, and those with an exit status of their own for it
WORDS = {"attach": ["eth0"], "detach": ["eth0"], "drain": ["eth0"], "mode": ["off"]}
USAGE_OF = {"health": 3}
WITHOUT_NAMESPACE = {"features", "restore", "help"}

# Wrong words, and what is said of them
WRONG_WORDS = [
    ("attach", "attach: name a device"),
    ("attach eth0 zome 1", 'attach: unknown word "zome"; did you mean "zone"?'),
    ("attach eth0 zone", "attach: zone needs a number in 0..255"),
    ("attach eth0 zone 256", 'attach: zone "256" is not in 0..255'),
    ("attach a/b", 'attach: "a/b" '),
    ("detach", "detach: name a device"),
    ("drain eth0 halt", 'drain: unknown word "halt"; use one of: stop'),
    ("mode", "mode: name a mode"),
    ("mode rewrit", 'mode: unknown mode "rewrit"; did you mean "rewrite"?'),
    ("group frob", 'group: unknown word "frob"'),
    ("group add", "group add: name a group"),
    ("group set asia", "group set: say what to set"),
    ("group set asia moed off", 'group set: unknown word "moed"; did you mean "mode"?'),
    ("group set asia mode of", 'group set: unknown mode "of"'),
    ("group set asia to 192.0.2/24", "group set: to "),
    ("group add asia canary 101", 'group add: canary "101" is not in 0..100'),
    ("group add asia canary", "group add: canary needs a value"),
    ("group del", "group del: name a group"),
    ("group del a a", "group del: a is given twice"),
    ("group load", "group load: name a file"),
    ("group confirm", "group confirm: name a device"),
    ("flows porr 1", 'flows: unknown filter "porr"; did you mean "port"?'),
    ("flows state closd", 'flows: unknown state "closd"; did you mean "closed"?'),
    ("flush port 1 port 2", "flush: port is given twice"),
    ("config set", "config set: name a key and its value"),
    ("config set limt 1", 'config set: unknown key "limt"; did you mean "limit"?'),
    ("config get", 'config: unknown word "get"'),
    ("-n a/b status", 'netns "a/b" '),
    ("status -n a/b", 'status: netns "a/b" '),
    ("status -n", "status: option -n needs a value"),
    ("status -x", "status: unknown option -x"),
    ("stats --al=1", "stats: option --all takes no value"),
    ("help frob", 'unknown command "frob"'),
    ("help status now", 'help: unexpected word "now"'),
    ("statsu", 'unknown command "statsu"; did you mean "'),
]

# The content of a file, the command that reads it as FILE, and what is said of it
WRONG_FILES = [
    (None, "group load FILE", "group load: FILE: No such file or directory"),
    (None, "group add asia to @FILE", "group add: to FILE: No such file or directory"),
    (None, "group set asia to @FILE", "group set: to FILE: No such file or directory"),
    (b"", "group set asia to @FILE", "group set: to FILE: the file has no prefixes"),
    (b"192.0.2/24\n", "group set asia to @FILE", "group set: to FILE:1: "),
    (b"asia\nasia moed off\n", "group load FILE",
     'group load: FILE:2: unknown word "moed"; did you mean "mode"?'),
    (b"asia mode\n", "group load FILE", "group load: FILE:1: mode needs a value"),
    (b"a\0b", "group load FILE", "group load: FILE: the file has a NUL character"),
    (None, "restore FILE", "restore: FILE: No such file or directory"),
    (None, "watch --check FILE", "watch: FILE: No such file or directory"),
]


def run(words):
    done = subprocess.run([TSREWRITE, *words], capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def differs(words, status, text):
    """Whether the command does not exit with the status and one line that begins so"""
    got, said = run(words)
    wanted = f"tsrewrite: {text}"
    if got == status and said.startswith(wanted) and said.count("\n") == 1:
        return False
    print(f"# {' '.join(words)}: exits with {got} and {said!r}, "
          f"not {status} and {wanted!r}")
    return True


def names():
    listed = subprocess.run([TSREWRITE, "-j", "help"], check=True, capture_output=True)
    return [command["name"] for command in json.loads(listed.stdout)]


def too_many_words():
    wrong = []
    for name in names():
        words = [name, *WORDS.get(name, []), "one", "too", "many"]
        wrong.append(differs(words, USAGE_OF.get(name, USAGE), name))
    return not any(wrong)


def wrong_options():
    return not any(differs([name, "--frob"], USAGE_OF.get(name, USAGE), f"{name}: unknown option --frob")
                   for name in names())


def no_namespace():
    wrong = []
    for name in names():
        if name in WITHOUT_NAMESPACE:
            continue
        words = ["-n", "no such namespace", name, *WORDS.get(name, [])]
        got, said = run(words)
        text = f'tsrewrite: {name}: netns "no such namespace" does not exist'
        if not said.startswith(text) or got != USAGE_OF.get(name, REFUSED):
            print(f"# {' '.join(words)}: exits with {got} and {said!r}")
            wrong.append(name)
    return not wrong


def wrong_words():
    return not any([differs(words.split(), USAGE, text) for words, text in WRONG_WORDS])


def wrong_files():
    wrong = []
    with tempfile.TemporaryDirectory() as scratch:
        for number, (content, words, text) in enumerate(WRONG_FILES):
            path = os.path.join(scratch, str(number))
            if content is not None:
                with open(path, "wb") as file:
                    file.write(content)
            wrong.append(differs(words.replace("FILE", path).split(), REFUSED,
                                 text.replace("FILE", path)))
    return not any(wrong)


def full_disk():
    with open("/dev/full", "wb") as full:
        done = subprocess.run([TSREWRITE, "help", "status"], stdout=full, text=True,
                              stderr=subprocess.PIPE, check=False)
    wanted = "tsrewrite: help: writing to stdout: No space left on device\n"
    if (done.returncode, done.stderr) == (REFUSED, wanted):
        return True
    print(f"# help >/dev/full: exits with {done.returncode} and {done.stderr!r}")
    return False


CASES = {
    "too many words": too_many_words,
    "unknown options": wrong_options,
    "wrong words": wrong_words,
    "a namespace that does not exist": no_namespace,
    "files that are wrong": wrong_files,
    "what cannot be printed": full_disk,
}


def main():
    failed = 0
    print(f"TAP version 13\n1..{len(CASES)}")
    for number, (name, case) in enumerate(CASES.items(), 1):
        passed = case()
        failed += not passed
        print(f"{'ok' if passed else 'not ok'} {number} {name}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
