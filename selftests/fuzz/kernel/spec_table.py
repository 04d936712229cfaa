#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""spec_table SPEC - the commands of a netlink spec, and what they take, as C

What the kernel is asked by, for ./message.c: struct spec_op of ./spec.h.
"""
import sys

import yaml

KINDS = {"u8": "U8", "u16": "U16", "u32": "U32", "u64": "U64", "flag": "FLAG",
         "string": "STRING", "binary": "BINARY", "nest": "NEST", "pad": "PAD"}
BITS = {"u8": 8, "u16": 16, "u32": 32, "u64": 32}


def constant(*words):
    return "".join(words).upper().replace("-", "_")


def limits(attr, enums):
    """The least and the greatest value, or length."""
    checks = attr.get("checks", {})
    if attr["type"] in BITS:
        greatest = 2 ** BITS[attr["type"]] - 1
        if "enum" in attr:
            greatest = len(enums[attr["enum"]]) - 1
        return checks.get("min", 0), checks.get("max", greatest)
    exact = checks.get("exact-len", 0)
    return checks.get("min-len", exact), checks.get("max-len", exact)


def c_attr(attr, prefix, enums):
    least, greatest = limits(attr, enums)
    return (f'\t\t{{ "{attr["name"]}", {constant(prefix, attr["name"])}, '
            f'SPEC_{KINDS[attr["type"]]}, {least}u, {greatest}u }},')


def c_op(operation, attr_set, prefix, enums):
    how = "dump" if "dump" in operation else "do"
    names = operation[how].get("request", {}).get("attributes", [])
    by_name = {attr["name"]: attr for attr in attr_set["attributes"]}
    lines = ["\t{", f'\t\t"{operation["name"]}", {constant(prefix, operation["name"])}, '
             f'{str(how == "dump").lower()}, {len(names)}, {{']
    lines += [c_attr(by_name[name], attr_set["name-prefix"], enums) for name in names]
    return lines + ["\t\t},", "\t},"]


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        spec = yaml.safe_load(file)
    sets = {one["name"]: one for one in spec["attribute-sets"]}
    enums = {one["name"]: one["entries"] for one in spec["definitions"]}
    operations = spec["operations"]
    print("static const struct spec_op spec_ops[] = {")
    for operation in operations["list"]:
        if "event" not in operation:
            print("\n".join(c_op(operation, sets[operation["attribute-set"]],
                                 operations["name-prefix"], enums)))
    print("};")


if __name__ == "__main__":
    main()
