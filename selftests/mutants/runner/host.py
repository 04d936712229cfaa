# SPDX-License-Identifier: GPL-2.0-only
"""Unit tests on this machine, over the code with a mutant."""

import os
import subprocess

from . import tap

LIMIT = 600	# seconds; who needs more has not killed


def run(tree, program):
    """The case that fails, or None; and how it ended otherwise"""
    name = program[len("unit/"):]
    if "." in name:
        file = os.path.join(tree.path, "selftests/unit", name)
        tree.build_command()
    else:
        tree.build_unit(program)
        file = os.path.join(tree.path, "build/unit", name)
    try:
        ran = subprocess.run([file], cwd=tree.path, check=False, timeout=LIMIT,
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT)
    except subprocess.TimeoutExpired:
        return None, "took too long"
    text = ran.stdout.decode(errors="replace")
    case = tap.failed_case(text)
    return case, "passed" if not ran.returncode else f"ended with {ran.returncode}"
