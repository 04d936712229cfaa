#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Ask the module as its spec says, by the kernel's own client, and keep count.

usage: spec_client.py SPEC

Reads what to do, a line each:

    [dump] OPERATION [ATTRIBUTES]   ask, with attributes as JSON
    guest OPERATION [ATTRIBUTES]    ask in a user namespace that is not the initial one
    events                          all events so far
    policies                        compare the requests of the spec with the kernel's
    missing                         what of the spec has not been asked for or told yet

and answers each with a line of JSON.  Its "reply" is what came, or null; its "error",
"message" and "attribute" are a refusal's; its "problems" are lines that say what came
though the spec has it not, or, of policies and missing, what they found.
"""
import errno
import json
import subprocess
import sys

from spec_policies import compare_with_kernel
import ynl

OUT = sys.stdout
sys.stdout = sys.stderr     # the kernel's client prints what it does not expect


def listed_attrs(op, kind):
    """The attributes of a message, as the spec lists them."""
    message = op["event"] if kind == "event" else op[kind].get("reply", {})
    return message.get("attributes", [])


def parts_of_spec(family):
    """All that there is to see, as tuples: what it is, and in which."""
    parts = set()
    for op in family.msgs.values():
        for kind in op.modes:
            parts.add(("operation", op.name, kind))
            parts |= {("reply", op.name, name) for name in listed_attrs(op, kind)}
            if kind != "event":
                request = op[kind].get("request", {}).get("attributes", [])
                parts |= {("request", op.name, name) for name in request}
    for attr_set in nested_sets(family):
        parts |= {("nest", attr_set.name, name) for name, attr in attr_set.items()
                  if attr.type != "pad"}
    for enum in family["definitions"]:
        parts |= {("enum", enum["name"], entry["name"]) for entry in enum["entries"]}
    return parts


def nested_sets(family):
    """The attribute sets of nests."""
    for attr_set in family.attr_sets.values():
        for _, attr in attr_set.items():
            if attr.type == "nest":
                yield family.attr_sets[attr["nested-attributes"]]


def parts_of_attrs(family, attr_set, kind, where, values):
    """What a message's attributes show, down into nests."""
    for name, value in values.items():
        yield kind, where, name
        attr = attr_set.attrs.get(name)
        for one in value if isinstance(value, (list, set)) else [value]:
            yield from parts_of_value(family, attr, one)


def parts_of_value(family, attr, value):
    """What is in a value: the entry of an enum, or a nest."""
    if attr and "enum" in attr:
        yield "enum", attr["enum"], value
    if attr and attr.type == "nest":
        nest = family.attr_sets[attr["nested-attributes"]]
        yield from parts_of_attrs(family, nest, "nest", nest.name, value)


class Client:
    """Asks, and remembers what of the spec came by."""

    def __init__(self, spec):
        self.spec = spec
        self.family = ynl.open_family(spec)
        # Not by the same: as of Linux 6.12 it is lost when an event comes before a reply
        self.listener = ynl.open_family(spec)
        self.listener.ntf_subscribe("events")
        self.parts = parts_of_spec(self.family)
        self.seen = set()
        self.problems = []
        self.heard = 0

    def note_parts(self, parts):
        """Remember, and say what the spec does not have."""
        new = set(parts) - self.seen
        self.seen |= new
        return [f"not in the spec: {' '.join(part)}" for part in sorted(new - self.parts)]

    def ask_kernel(self, kind, name, attrs):
        ask = self.family.do if kind == "do" else self.family.dump
        try:
            reply = ask(name, attrs)
        except ynl.NlError as refusal:
            extack = refusal.nl_msg.extack or {}
            return {"error": errno.errorcode[refusal.error],
                    "message": extack.get("msg"), "attribute": extack.get("bad-attr")}
        return {"reply": reply, "problems": self.note_parts(self.parts_of_answer(
            kind, name, attrs, reply))}

    def parts_of_answer(self, kind, name, attrs, reply):
        yield "operation", name, kind
        attr_set = self.family.ops[name].attr_set
        yield from parts_of_attrs(self.family, attr_set, "request", name, attrs)
        for values in reply if kind == "dump" else [reply or {}]:
            yield from parts_of_attrs(self.family, attr_set, "reply", name, values)

    def events(self):
        self.listener.check_ntf()
        queue = self.listener.async_msg_queue
        problems = []
        for event in queue[self.heard:]:
            problems += self.note_event(self.family.msgs[event["name"]], event["msg"])
        self.heard = len(queue)
        return {"reply": [event["msg"] for event in queue], "problems": problems}

    def note_event(self, op, values):
        return self.note_parts([("operation", op.name, "event")]) + self.note_parts(
            parts_of_attrs(self.family, op.attr_set, "reply", op.name, values))

    def ask_as_guest(self, line):
        """Another of these clients does, in namespaces of its own."""
        client = subprocess.run(
            ["unshare", "-U", "-r", "-n", sys.executable, __file__, self.spec],
            input=f"{line}\nevents\n", stdout=subprocess.PIPE, text=True, check=True)
        answer, events = (json.loads(told) for told in client.stdout.splitlines())
        name, *attrs = line.split(None, 1)
        problems = answer["problems"] + events["problems"] + self.note_parts(
            self.parts_of_answer("do", name, json.loads(attrs[0]) if attrs else {},
                                 answer["reply"]))
        for event in events["reply"]:
            problems += self.note_event(self.family.msgs["event"], event)
        return {**answer, "problems": problems}

    def missing(self):
        """With the problems before, of which an answer that nobody read may have told."""
        missing = sorted(self.parts - self.seen)
        return {"problems": self.problems +
                [f"not seen: {' '.join(part)}" for part in missing]}

    def policies(self):
        return {"problems": list(compare_with_kernel(self.family, ynl.open_nlctrl()))}

    def answer(self, line):
        """Whatever goes wrong with one request, the next one is another."""
        try:
            answer = self.follow(line)
        except Exception as error:  # pylint: disable=broad-except
            answer = {"problems": [f"{line.strip()}: {error!r}"]}
        self.problems += answer.get("problems", [])
        return {"reply": None, "error": None, "problems": [], **answer}

    def follow(self, line):
        word, *rest = line.split(None, 1)
        if word in ("events", "missing", "policies"):
            return getattr(self, word)()
        if word == "guest":
            return self.ask_as_guest(rest[0].strip())
        kind = "do"
        if word == "dump":
            kind = "dump"
            word, *rest = rest[0].split(None, 1)
        return self.ask_kernel(kind, word, json.loads(rest[0]) if rest else {})


def json_default(value):
    """For JSON: addresses are hexadecimal."""
    return value.hex() if isinstance(value, bytes) else sorted(value)


def serve_requests(client):
    for line in sys.stdin:
        print(json.dumps(client.answer(line), default=json_default), file=OUT, flush=True)


if __name__ == "__main__":
    serve_requests(Client(sys.argv[1]))
