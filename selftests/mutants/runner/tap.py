# SPDX-License-Identifier: GPL-2.0-only
"""What the TAP of a program says of a mutant."""

import re

FAILED = re.compile(r"^not ok (\d+)(?:\s+-)?\s*(.*)$")
# Of a C program's case that crashed, or took too long: that is no assertion
NO_ASSERTION = re.compile(r"terminated (unexpectedly )?by (signal|timeout)|AddressSanitizer"
                          r"|runtime error:")


def failed_case(text):
    """The first case whose assertion failed, or None"""
    said = []
    for line in text.splitlines():
        failed = FAILED.match(line)
        if failed and "# SKIP" not in line and not any(NO_ASSERTION.search(one) for one in said):
            return failed[2].split("#")[0].strip() or "case " + failed[1]
        if line.startswith(("ok ", "not ok ")):
            said = []
        else:
            said.append(line)
    return None


def planned(text):
    return re.search(r"^1\.\.[1-9]", text, re.MULTILINE) is not None
