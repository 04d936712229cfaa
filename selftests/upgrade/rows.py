# SPDX-License-Identifier: GPL-2.0-only
"""Rows of the tables of differences: what it is, before and now, and whether it is "bad" or
"unclear". Pure."""
import collections

Row = collections.namedtuple("Row", "what before now kind", defaults=("",))


def differing(before, now, kind="unclear"):
    """Rows of two dictionaries whose values are not the same."""
    keys = list(before) + [key for key in now if key not in before]
    return [Row(key, before.get(key, "-"), now.get(key, "-"), kind) for key in keys
            if before.get(key) != now.get(key)]


def as_keys(names):
    return {name: "yes" for name in names or ()}


def flatten(thing, name=""):
    if not isinstance(thing, dict):
        return {name: str(thing)}
    return {key: value for part, inner in thing.items()
            for key, value in flatten(inner, f"{name} {part}".strip()).items()}
