# SPDX-License-Identifier: GPL-2.0-only
"""What tests here share whose cases are functions that assert."""


def run_cases(cases, *arguments):
    """Runs each with these arguments, prints TAP, and returns an exit status"""
    failed = 0
    print(f"TAP version 13\n1..{len(cases)}")
    for number, case in enumerate(cases, 1):
        try:
            case(*arguments)
            verdict = "ok"
        except AssertionError as error:
            print(f"# {error}")
            failed += 1
            verdict = "not ok"
        print(verdict, number, case.__name__, flush=True)
    return 1 if failed else 0
