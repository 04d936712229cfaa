#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Compare two sides that ./run has prepared and ./look has looked at.

Prints the verdict and writes the report. Exits with 0 GO, 1 NO-GO, 2 it could not be judged.
"""
import argparse
import datetime
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE), str(HERE.parent / "report")]

# pylint: disable=wrong-import-position
from compare import STATUS, compare, decide                         # noqa: E402
from gather import read                                             # noqa: E402
from page import page                                               # noqa: E402
from shown import lines, report                                     # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--report", required=True, help="the file to write")
    parser.add_argument("old")
    parser.add_argument("new")
    args = parser.parse_args()
    old, new = read(args.old), read(args.new)
    comparison = compare(old, new)
    print(*lines(old, new, comparison), sep="\n")
    date = datetime.datetime.now().astimezone().isoformat(" ", "minutes")
    with open(args.report, "w", encoding="utf-8") as file:
        file.write(page(report(old, new, comparison, date)))
    return STATUS[decide(comparison)[0]]


if __name__ == "__main__":
    sys.exit(main())
