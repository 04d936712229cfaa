#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Is what commands print what Documentation/json/tsrewrite.schema.json says?

usage: json_schema.py ANSWERS	judge what is listed in ANSWERS: a line each, NAME, tab, FILE
       json_schema.py --wrong ANSWERS	the same where nothing is as it should be
       json_schema.py --names	print the names of all that has a schema
       json_schema.py --self	judge the schema itself

Prints what is wrong, and exits with 1 if anything is.
"""
import json
import pathlib
import sys

import jsonschema

SCHEMA = (pathlib.Path(__file__).resolve().parents[2] /
          "Documentation/json/tsrewrite.schema.json")
# An object a line; of the others, one object or list in all
STREAMS = ("drain", "group --watch", "stats --watch", "monitor", "watch")


def read_documents(name, text):
    if name in STREAMS:
        return [json.loads(line) for line in text.splitlines()]
    return [json.loads(text)]


def innermost(error):
    """Of alternatives, what is wrong with the one that is the nearest."""
    while error.context:
        error = max(error.context, key=lambda one: len(one.absolute_path))
    return error


def complaints(schema, name, text):
    try:
        documents = read_documents(name, text)
    except ValueError as error:
        yield f"is no JSON: {error}: {text[:200]!r}"
        return
    if not documents:
        yield "is empty"
    checker = jsonschema.FormatChecker()
    validator = jsonschema.Draft7Validator(schema, format_checker=checker)
    for document in documents:
        if not isinstance(document, (dict, list)):
            yield f"is neither object nor list: {document!r}"
        for error in validator.iter_errors({name: document}):
            error = innermost(error)
            where = "/".join(map(str, list(error.absolute_path)[1:]))
            yield f"at /{where}: {error.message[:300]}"


def read_answers(answers):
    for line in pathlib.Path(answers).read_text().splitlines():
        name, file = line.split("\t")
        yield name, pathlib.Path(file).read_text(errors="replace")


def judge_answers(schema, answers):
    for name, text in read_answers(answers):
        yield from (f"{name}: {why}" for why in complaints(schema, name, text))


def judge_wrong_answers(schema, answers):
    for name, text in read_answers(answers):
        if not any(complaints(schema, name, text)):
            yield f"{name}: nothing is found wrong with {text[:200]!r}"


def subschemas(schema, path=""):
    yield path, schema
    for key in ("properties", "definitions"):
        for name, one in schema.get(key, {}).items():
            yield from subschemas(one, f"{path}/{key}/{name}")
    for key in ("oneOf", "anyOf"):
        for number, one in enumerate(schema.get(key, ())):
            yield from subschemas(one, f"{path}/{key}/{number}")
    if "items" in schema:
        yield from subschemas(schema["items"], path + "/items")


def judge_schema(schema):
    """Nothing that is not said may come, and all that may come is described."""
    jsonschema.Draft7Validator.check_schema(schema)
    for path, one in subschemas(schema):
        if "$ref" not in one and "/anyOf/" not in path and "description" not in one:
            yield f"{path} has no description"
        if one.get("type") != "object":
            continue
        if "additionalProperties" not in one:
            yield f"{path} takes any key"
        if set(one.get("required", ())) - set(one.get("properties", ())):
            yield f"{path} requires what it does not describe"
        if path and "properties" in one and "required" not in one:
            yield f"{path} does not say what is required"


def main(words):
    schema = json.loads(SCHEMA.read_text())
    if words == ["--names"]:
        print(*schema["properties"], sep="\n")
        return 0
    if words == ["--self"]:
        wrong = list(judge_schema(schema))
    elif words[0] == "--wrong":
        wrong = list(judge_wrong_answers(schema, *words[1:]))
    else:
        wrong = list(judge_answers(schema, *words))
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
