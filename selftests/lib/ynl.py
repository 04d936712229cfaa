# SPDX-License-Identifier: GPL-2.0-only
"""The kernel's own netlink client, as `make source` unpacks it.

KSELFTEST in the environment is tools/testing/selftests of that source.
"""
import os
import pathlib
import sys

SOURCE = pathlib.Path(os.environ["KSELFTEST"]).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "tools/net/ynl"))

# pylint: disable=wrong-import-position
from lib import NlError, YnlFamily      # noqa: E402

__all__ = ["NlError", "open_family", "open_nlctrl"]

UNCHECKED = ""  # by the schema: .ci/style does that


def open_family(spec):
    """The client of the family that the file describes."""
    return YnlFamily(str(spec), UNCHECKED, process_unknown=True)


def open_nlctrl():
    """The client of the family that knows the others."""
    return open_family(SOURCE / "Documentation/netlink/specs/nlctrl.yaml")
