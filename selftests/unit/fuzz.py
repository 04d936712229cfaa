#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""The fuzzers of captures, over their corpus; and what runs fuzzers: what is wrong is found, kept
and told, and can be shown again.
"""
import contextlib
import io
import itertools
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import traceback

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
FUZZ = HERE.parent / "fuzz"
sys.path.insert(0, str(FUZZ))

# pylint: disable=wrong-import-position
import capture                                                      # noqa: E402
import guided                                                       # noqa: E402
import passes                                                       # noqa: E402

ROUNDS = 500


def replay(target, name, rounds):
    with tempfile.TemporaryDirectory() as directory:
        with tarfile.open(FUZZ / f"corpus/{name}.tar.xz") as packed:
            packed.extractall(directory)
        return guided.replay(target, directory, rounds) > 0


def of_captures():
    return replay(capture.take, "capture", ROUNDS)


def of_passes():
    return replay(passes.take, "passes", ROUNDS // 2)


# Targets with something to find

class Planted(Exception):
    """What the target of this test finds."""


def step_by_step(data):
    """Eight bits in as many bytes: no change makes all at once, and each shows a line."""
    if data[0:1] >= b"\x80":
        if data[1:2] >= b"\x80":
            if data[2:3] >= b"\x80":
                if data[3:4] >= b"\x80":
                    if data[4:5] >= b"\x80":
                        if data[5:6] >= b"\x80":
                            if data[6:7] >= b"\x80":
                                if data[7:8] >= b"\x80":
                                    raise Planted("all eight")


def endless(data):
    for _ in itertools.count():
        if not data:
            return


def vast(data):
    return bytes(len(data) << 27)


def run_on(target, data):
    """What the target is found to do with it."""
    try:
        guided.Watched(target, None, 0.2).run(data)
    except (Exception, guided.TooLong) as error:
        return type(error)
    return None


def fuzz(target, directory, seed=1, runs=30000):
    """What is found, if anything, and all inputs that were tried."""
    tried = []

    def note(data):
        tried.append(data)
        target(data)

    options = {"seed": seed, "runs": runs, "max_total_time": 0, "max_len": 64,
               "artifact_prefix": f"{directory}/", "numbers": ()}
    with contextlib.redirect_stderr(io.StringIO()):
        try:
            guided.Fuzzer(guided.Watched(note, HERE, 5), options, [directory]).fuzz()
        except Planted as found:
            return str(found), tried
    return None, tried


def finds_step_by_step():
    """And keeps what it was found by."""
    with tempfile.TemporaryDirectory() as directory:
        found, tried = fuzz(step_by_step, directory)
        kept = [path.read_bytes() for path in pathlib.Path(directory).glob("crash-*")]
    return found == "all eight" and kept == tried[-1:] and \
        run_on(step_by_step, kept[0]) is Planted


def is_the_same_again():
    said = []
    for seed in (5, 5, 6):
        with tempfile.TemporaryDirectory() as directory:
            said.append(fuzz(lambda data: None, directory, seed, 50)[1])
    return said[0] == said[1] != said[2]


def finds_endless_loops():
    return run_on(endless, b"x") is guided.TooLong and run_on(endless, b"") is None


def finds_vast_memory():
    return run_on(vast, b"x") is MemoryError and run_on(vast, b"") is None


def merges():
    """Of two that show the same the smaller one is kept."""
    inputs = [b"", b"\xff", b"\xffabc", b"\xff\xff"]
    with tempfile.TemporaryDirectory() as source, tempfile.TemporaryDirectory() as to:
        for data in inputs:
            guided.write_input(source, data)
        guided.merge(guided.Watched(step_by_step, HERE, 5), to, [source])
        return guided.read_inputs([to]) == [b"", b"\xff", b"\xff\xff"]


# What runs them

RIGHT = "echo 'stat::number_of_executed_units: 7' >&2"
WRONG = "echo '==7== ERROR: libFuzzer: deadly signal'; " \
    "echo \"artifact_prefix='x'; Test unit written to $PWD/crash-7\"; exit 77"
IDLE = "echo 'stat::number_of_executed_units: 0'"


def run(targets, *words, others=()):
    """What is said of these targets, and of others that there are not; the exit status."""
    with tempfile.TemporaryDirectory() as build:
        for name, script in targets.items():
            path = pathlib.Path(build, name)
            path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
            path.chmod(0o755)
        done = subprocess.run([FUZZ / "run", *words, build, *targets, *others],
                              cwd=build, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False)
        return done.stdout.replace(build, "BUILD").splitlines(), done.returncode


def goes_on():
    """Behind one that fails, and one that does nothing, which fails as well."""
    lines, status = run({"no-wrong": WRONG, "no-idle": IDLE, "no-right": RIGHT},
                        "-s", "5", "-r", "3")
    return status == 1 and lines[0].startswith("SEED=3 SECONDS=5") and \
        lines[-1] == "1 passed, 2 failed" and \
        "no-wrong FAILED: libFuzzer: deadly signal" in lines and \
        "   again:     BUILD/no-wrong BUILD/crash-7" in lines and \
        "no-idle FAILED: it exited with 0" in lines


def all_pass():
    lines, status = run({"no-right": RIGHT})
    return status == 0 and lines[-1] == "1 passed, 0 failed"


def is_refused():
    return run({"no-right": RIGHT}, "-s", "0")[1] == 2 and \
        run({"no-right": RIGHT}, others=["nothing"])[1] == 2


CASES = {
    "captures of any kind": of_captures,
    "captures of any kind, played both ways": of_passes,
    "what is found step by step, and kept": finds_step_by_step,
    "the same inputs, by the same seed": is_the_same_again,
    "endless loops": finds_endless_loops,
    "memory beyond measure": finds_vast_memory,
    "a corpus of the smallest inputs": merges,
    "a run that goes on behind a failure": goes_on,
    "a run without a failure": all_pass,
    "what cannot be run": is_refused,
}


def main():
    failed = 0
    print(f"TAP version 13\n1..{len(CASES)}")
    for number, (name, case) in enumerate(CASES.items(), 1):
        try:
            passed = case()
        except (Exception, guided.TooLong):
            passed = False
            print(traceback.format_exc(), file=sys.stderr)
        failed += not passed
        print(f"{'ok' if passed else 'not ok'} {number} {name}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
