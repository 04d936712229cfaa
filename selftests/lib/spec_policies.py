# SPDX-License-Identifier: GPL-2.0-only
"""Does a spec say of requests what the running kernel says of them?

nlctrl tells a family's operations, who may ask for them, and the policy of each: the
attributes that it takes, with their types and limits.  What a policy refuses it leaves
out; and also, as of Linux 6.12, whatever is big-endian (netlink_policy_dump_write_attr()
has no case for NLA_BE16), and what only a function checks: of a length the least.
"""

import sys

# A string's limit counts without the NUL
TYPES = {"string": "nul-string", "nest": "nested"}
LENGTHS = {"min-len": ["min-length"], "max-len": ["max-length"],
           "exact-len": ["min-length", "max-length"]}
BITS = {"u8": 8, "u16": 16, "u32": 32, "u64": 64}


def greatest_number(family, attr):
    """The largest number that may be sent."""
    checks = attr.get("checks", {})
    if "max" in checks:
        return checks["max"]
    if "enum" in attr:
        return max(family.consts[attr["enum"]].entries_by_val)
    return 2 ** BITS[attr.type] - 1


def policy_of_spec(family, attr):
    """What the spec says of an attribute, in nlctrl's words."""
    checks = attr.get("checks", {})
    policy = {"type": TYPES.get(attr.type, attr.type)}
    if attr.get("enum-as-flags"):
        policy["mask"] = family.consts[attr["enum"]].get_mask(as_flags=True)
    elif attr.type in BITS:
        policy["min-value-u"] = checks.get("min", 0)
        policy["max-value-u"] = greatest_number(family, attr)
    for check, names in LENGTHS.items():
        if check in checks:
            policy.update({what: checks[check] for what in names})
    if attr.type == "nest":
        nest = family.attr_sets[attr["nested-attributes"]]
        policy["nest"] = {name: policy_of_spec(family, inner) for name, inner in nest.items()}
    return policy


def policies_of_spec(family):
    """For each operation and kind, the attributes of its request, with their policies."""
    return {(op.name, kind): {name: policy_of_spec(family, op.attr_set[name])
                              for name in op[kind].get("request", {}).get("attributes", [])}
            for op in family.ops.values() for kind in ("do", "dump") if kind in op}


def policies_of_kernel(family, nlctrl):
    """The same, as the kernel has them."""
    index, attrs = {}, {}
    for message in nlctrl.dump("getpolicy", {"family-name": family.name}):
        if "op-policy" in message:
            kinds = dict(message["op-policy"])
            name = operation_name(family, kinds.pop("op-id"))
            index.update({(name, kind): policy for kind, policy in kinds.items()})
        if "policy" in message:
            policy = dict(message["policy"])
            of_policy = attrs.setdefault(policy.pop("policy-id"), {})
            of_policy[policy.pop("attr-id")] = policy
    return {(name, kind): named_policies(family, set_of_operation(family, name), attrs, idx)
            for (name, kind), idx in index.items()}


def named_policies(family, attr_set, attrs, idx):
    """Those of a request or of a nest, by the names that the spec has for the attributes."""
    named = {}
    for number, policy in attrs.get(idx, {}).items():
        attr = attr_set.attrs_by_val.get(number) if attr_set else None
        if "pad" in policy:     # as of Linux 6.12, the spec of nlctrl has both in the wrong order
            policy["mask"] = int.from_bytes(policy.pop("pad"), sys.byteorder)
        if "policy-idx" in policy:
            nest = family.attr_sets[attr["nested-attributes"]] if attr else None
            policy = {"type": policy["type"],
                      "nest": named_policies(family, nest, attrs, policy["policy-idx"])}
        named[attr.name if attr else f"attribute {number}"] = policy
    return named


def set_of_operation(family, name):
    op = family.ops.get(name)
    return op.attr_set if op else None


def operation_name(family, number):
    op = family.req_by_value.get(number)
    return op.name if op else f"operation {number}"


def is_big_endian(attr_set, name):
    return attr_set[name].byte_order == "big-endian"


def compare_names(where, spec, kernel):
    """Lines for what only one of the two has."""
    for name in sorted(spec - kernel):
        yield f"{where}{name}: in the spec alone"
    for name in sorted(kernel - spec):
        yield f"{where}{name}: in the kernel alone"


def compare_policy(spec, kernel):
    for what in sorted(spec.keys() | kernel.keys()):
        ours, theirs = spec.get(what, "none"), kernel.get(what, "none")
        if ours != theirs and (what, theirs) != ("min-length", "none"):
            yield f"{what} is {ours} in the spec, {theirs} in the kernel"


def compare_attrs(family, attr_set, where, spec, kernel):
    told = {name for name in spec if name in kernel or not is_big_endian(attr_set, name)}
    yield from compare_names(f"{where}: ", told, kernel.keys())
    for name in sorted(told & kernel.keys()):
        ours, theirs = dict(spec[name]), dict(kernel[name])
        nests = ours.pop("nest", {}), theirs.pop("nest", {})
        for line in compare_policy(ours, theirs):
            yield f"{where}: {name}: {line}"
        if any(nests):
            nest = family.attr_sets[attr_set[name]["nested-attributes"]]
            yield from compare_attrs(family, nest, f"{where}: {name}", *nests)


def compare_policies(family, nlctrl):
    spec = policies_of_spec(family)
    kernel = policies_of_kernel(family, nlctrl)
    yield from compare_names("policy of ", {" ".join(key) for key in spec},
                             {" ".join(key) for key in kernel})
    for key in sorted(spec.keys() & kernel.keys()):
        yield from compare_attrs(family, family.ops[key[0]].attr_set,
                                 f"request of {key[0]}", spec[key], kernel[key])


def flags_of_spec(op):
    return {f"cmd-cap-{kind}" for kind in ("do", "dump") if kind in op} | \
        set(op.get("flags", []))


def compare_operations(family, nlctrl):
    """Who may ask for which, by do or by dump; and the multicast groups."""
    kernel = nlctrl.do("getfamily", {"family-name": family.name})
    flags = {operation_name(family, op["id"]): op["flags"] - {"cmd-cap-haspol"}
             for entry in kernel["ops"] for op in entry.values()}
    yield from compare_names("operation ", family.ops.keys(), flags.keys())
    for name in sorted(family.ops.keys() & flags.keys()):
        yield from compare_names(f"flag of {name}: ", flags_of_spec(family.ops[name]),
                                 flags[name])
    groups = {group["name"] for entry in kernel["mcast-groups"] for group in entry.values()}
    yield from compare_names("multicast group ", family.mcast_groups.keys(), groups)
    if kernel["version"] != family["version"]:
        yield f"version {family['version']} in the spec, {kernel['version']} in the kernel"


def compare_with_kernel(family, nlctrl):
    """A line for each difference."""
    yield from compare_operations(family, nlctrl)
    yield from compare_policies(family, nlctrl)
