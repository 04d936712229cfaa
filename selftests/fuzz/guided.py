# SPDX-License-Identifier: GPL-2.0-only
"""What libFuzzer is to C, for targets in Python: inputs are mutated, and those that make a
line follow another one for the first time are kept, and mutated again.

main(target, folder, numbers) is a program whose options are some of libFuzzer's, so that
./run and ./renew need not tell one from the other:

    TARGET [-seed=N] [-max_total_time=SECONDS] [-runs=N] [-max_len=N] [-timeout=N]
           [-artifact_prefix=PREFIX] [CORPUS...]
                        fuzz; new inputs go to the first corpus
    TARGET FILE...      run these inputs once
    TARGET -set_cover_merge=1 TO FROM...
                        the smallest inputs that show all pairs of lines

A finding is any exception of the target, more than -timeout seconds of processor time for
one input, and more than 64 MiB of memory. Lines are looked at in modules of that folder; the
numbers mean something to the target.
"""
import hashlib
import itertools
import os
import pathlib
import random
import resource
import signal
import sys
import time
import traceback

from mutate import Mutator

MEBIBYTE = 1 << 20
MEMORY = 64 * MEBIBYTE      # beyond what is in use before
LATEST = 20                 # half of the mutations are of these
PULSE = 1                   # seconds


class TooLong(BaseException):
    """No error of a target's own, so that it is not caught as one."""


def stop_target(*_):
    raise TooLong("the input takes too much processor time")


def memory_in_use():
    pages = int(pathlib.Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


class Watched:
    """A target, with limits, that tells which pairs of lines an input has shown."""

    def __init__(self, target, folder, timeout):
        self.target, self.folder = target, folder and str(folder) + os.sep
        self.timeout = timeout
        self.pairs, self.last = set(), None
        self.limit = resource.getrlimit(resource.RLIMIT_AS)
        signal.signal(signal.SIGPROF, stop_target)

    def enter(self, frame, _event, _arg):
        return self.step if frame.f_code.co_filename.startswith(self.folder) else None

    def step(self, frame, _event, _arg):
        line = frame.f_code, frame.f_lineno
        self.pairs.add((self.last, line))
        self.last = line
        return self.step

    def run(self, data):
        """Those pairs. Raises whatever the target raises."""
        self.pairs, self.last = set(), None
        resource.setrlimit(resource.RLIMIT_AS, (memory_in_use() + MEMORY, self.limit[1]))
        signal.setitimer(signal.ITIMER_PROF, self.timeout)
        if self.folder:
            sys.settrace(self.enter)
        try:
            self.target(data)
        finally:
            sys.settrace(None)
            signal.setitimer(signal.ITIMER_PROF, 0)
            resource.setrlimit(resource.RLIMIT_AS, self.limit)
        return self.pairs


def read_inputs(folders):
    """The smallest first."""
    paths = [path for folder in folders for path in pathlib.Path(folder).iterdir()]
    return sorted({path.read_bytes() for path in paths}, key=lambda data: (len(data), data))


def write_input(folder, data):
    name = hashlib.sha1(data).hexdigest()
    (pathlib.Path(folder) / name).write_bytes(data)


class Fuzzer:
    """One run."""

    def __init__(self, watched, options, folders):
        self.watched, self.options, self.folders = watched, options, folders
        self.random = random.Random(options["seed"])
        self.mutator = Mutator(self.random, options["numbers"])
        self.corpus, self.seen = [], set()
        self.runs, self.begun = 0, time.monotonic()
        self.told = self.begun

    def say(self, what):
        spent = max(time.monotonic() - self.begun, 0.001)
        print(f"#{self.runs}\t{what} cov: {len(self.seen)} corp: {len(self.corpus)}/"
              f"{sum(map(len, self.corpus))}b exec/s: {int(self.runs / spent)}",
              file=sys.stderr, flush=True)

    def take(self, data):
        """Whether it has shown anything new."""
        self.runs += 1
        try:
            new = self.watched.run(data) - self.seen
        except BaseException:
            self.keep_finding(data)
            raise
        if new:
            self.seen |= new
            self.corpus.append(data)
        if time.monotonic() > self.told + PULSE:
            self.told = time.monotonic()
            self.say("pulse ")
        return bool(new)

    def keep_finding(self, data):
        name = hashlib.sha1(data).hexdigest()
        path = pathlib.Path(f"{self.options['artifact_prefix']}crash-{name}")
        path.write_bytes(data)
        print(f"Test unit written to {path}", file=sys.stderr)

    def is_over(self):
        runs, seconds = self.options["runs"], self.options["max_total_time"]
        return 0 <= runs <= self.runs or \
            0 < seconds <= time.monotonic() - self.begun

    def new_input(self):
        of = self.corpus[-LATEST:] if self.random.random() < 0.5 else self.corpus
        return self.mutator.mutate(self.random.choice(of), self.random.choice(
            self.corpus))[:self.options["max_len"]]

    def fuzz(self):
        for data in [b""] + read_inputs(self.folders):
            self.take(data[:self.options["max_len"]])
        self.say("INITED")
        while not self.is_over():
            data = self.new_input()
            if self.take(data) and self.folders:
                write_input(self.folders[0], data)
        self.say("DONE  ")
        print(f"stat::number_of_executed_units: {self.runs}", file=sys.stderr)


def merge(watched, to, folders):
    seen = set()
    for data in read_inputs(folders):
        new = watched.run(data) - seen
        if new:
            seen |= new
            write_input(to, data)


def replay(target, folder, rounds, timeout=10):
    """All inputs of a folder, then so many that are made of them, the same in each run. Returns
    how many there are in the folder. Raises what the target raises, with the input as a note."""
    watched, inputs, chooser = Watched(target, None, timeout), read_inputs([folder]), \
        random.Random(4)
    mutator = Mutator(chooser)
    made = (mutator.mutate(chooser.choice(inputs), chooser.choice(inputs))
            for _ in range(rounds if inputs else 0))
    for data in itertools.chain(inputs, made):
        try:
            watched.run(data)
        except (Exception, TooLong) as error:
            error.add_note(f"the input: {data.hex()}")
            raise
    return len(inputs)


def options_of(words):
    # The last two change nothing here
    options = {"seed": 0, "max_total_time": 0, "runs": -1, "max_len": 8192, "timeout": 10,
               "artifact_prefix": "./", "set_cover_merge": 0, "print_final_stats": 1,
               "use_counters": 0}
    others = []
    for word in words:
        name, equals, value = word.lstrip("-").partition("=")
        if not word.startswith("-"):
            others.append(word)
        elif not equals or name not in options:
            sys.exit(f"{sys.argv[0]}: no option {word}: see {__file__}")
        else:
            options[name] = type(options[name])(value)
    options["seed"] = options["seed"] or random.randrange(1, 1 << 32)
    return options, others


def run_files(watched, files):
    for name in files:
        print(f"Running: {name}", file=sys.stderr)
        watched.run(pathlib.Path(name).read_bytes())


def main(target, folder, numbers=()):
    options, paths = options_of(sys.argv[1:])
    options["numbers"] = numbers
    watched = Watched(target, folder, options["timeout"])
    try:
        if options["set_cover_merge"]:
            merge(watched, paths[0], paths)
        elif paths and all(map(os.path.isfile, paths)):
            run_files(watched, paths)
        else:
            print(f"INFO: Seed: {options['seed']}", file=sys.stderr)
            Fuzzer(watched, options, paths).fuzz()
    except (Exception, TooLong) as error:
        traceback.print_exc()
        print(f"ERROR: {type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(77)
