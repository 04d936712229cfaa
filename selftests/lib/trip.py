#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Trip a group to a mode, as tsrewrite watch does when its connections fail.

usage: trip.py SPEC GROUP MODE
"""
import sys

import ynl

SPEC, GROUP, MODE = sys.argv[1:]
ynl.open_family(SPEC).do("group-set", {"name": GROUP, "mode": MODE, "tripped": 1})
