#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Ask a Prometheus server, by its HTTP API, until it says what is wanted.

usage: prometheus.py [-w SECONDS] URL query EXPRESSION
       prometheus.py [-w SECONDS] URL target JOB
       prometheus.py [-w SECONDS] URL firing ALERT [LABEL=VALUE...]
       prometheus.py [-w SECONDS] URL resolved ALERT [LABEL=VALUE...]
       prometheus.py [-w SECONDS] URL dashboard FILE

query     prints the values that an expression has, a line each, once it has any
target    waits until the target of that job was scraped without an error
firing    waits until the alert fires that has these labels; prints its annotations
resolved  waits until it does not, and is not pending
dashboard asks each query of a dashboard for Grafana, as Grafana would with all values of
          its variables chosen and the last quarter of an hour to be shown, and names those
          that are not answered

Exits with 1, and says why on stdout, as a comment of TAP, if it waited in vain: 30 seconds
unless given.
"""
import argparse
import json
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

# Grafana's, where a scrape each second is what a data source is told
INTERVALS = {"__rate_interval": "4s", "__interval": "1s"}
SHOWN = 900  # seconds


class Unanswered(Exception):
    pass


def reason_of(error):
    """While Prometheus starts, it answers with plain text."""
    try:
        return json.load(error).get("error", error)
    except ValueError:
        return error


def ask(url, path, **words):
    address = f"{url}/api/v1/{path}?{urllib.parse.urlencode(words)}"
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return json.load(answer)["data"]
    except urllib.error.HTTPError as error:
        raise Unanswered(f"{path}: {reason_of(error)}") from error
    except (OSError, ValueError) as error:
        raise Unanswered(f"{path}: {error}") from error


def query(url, expression):
    result = ask(url, "query", query=expression)["result"]
    if not result:
        raise Unanswered(f"no value: {expression}")
    return result


def query_range(url, expression):
    now = time.time()
    result = ask(url, "query_range", query=expression, start=now - SHOWN, end=now,
                 step=1)["result"]
    if not result:
        raise Unanswered(f"no value: {expression}")
    return result


def check_target(url, job):
    for target in ask(url, "targets")["activeTargets"]:
        if target["labels"]["job"] == job:
            if target["health"] != "up":
                raise Unanswered(f"{job} is {target['health']}: {target['lastError']}")
            return
    raise Unanswered(f"no target {job}")


def find_alerts(url, name, labels):
    wanted = {"alertname": name, **dict(label.split("=", 1) for label in labels)}
    return [alert for alert in ask(url, "alerts")["alerts"]
            if wanted.items() <= alert["labels"].items()]


def check_firing(url, name, labels):
    found = find_alerts(url, name, labels)
    firing = [alert for alert in found if alert["state"] == "firing"]
    if not firing:
        raise Unanswered(f"{name} is {found[0]['state'] if found else 'inactive'}")
    return firing


def check_resolved(url, name, labels):
    found = find_alerts(url, name, labels)
    if found:
        raise Unanswered(f"{name} is {found[0]['state']}")


def as_pattern(values):
    """As Grafana writes several values of a variable into =~"..." """
    escaped = (re.sub(r"([\\$^*{}\[\]'+?.()|])", r"\\\1", value) for value in values)
    return "(" + "|".join(escaped).replace("\\", "\\\\") + ")"


def values_of_variables(url, dashboard):
    variables = dict(INTERVALS)
    for variable in dashboard["templating"]["list"]:
        if variable["type"] != "query":
            continue
        metric, label = re.fullmatch(r"label_values\((\w+), (\w+)\)",
                                     variable["definition"]).groups()
        values = ask(url, f"label/{label}/values", **{"match[]": metric})
        if not values:
            raise Unanswered(f"no value of the variable {variable['name']}")
        variables[variable["name"]] = as_pattern(values)
    return variables


def expressions_of(dashboard):
    for annotation in dashboard["annotations"]["list"]:
        yield annotation["expr"]
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            yield target["expr"]


def check_dashboard(url, dashboard, answered):
    variables = values_of_variables(url, dashboard)
    missing = []
    for expression in set(expressions_of(dashboard)) - answered:
        asked = re.sub(r"\$(\w+)", lambda match: variables[match[1]], expression)
        try:
            query_range(url, asked)
            answered.add(expression)
        except Unanswered as error:
            missing.append(str(error))
    if missing:
        raise Unanswered("\n# ".join(missing))
    return len(answered)


def wait_for(seconds, check, *words):
    end = time.monotonic() + seconds
    while True:
        try:
            return check(*words)
        except Unanswered as error:
            if time.monotonic() > end:
                print(f"# {error}")
                sys.exit(1)
            time.sleep(0.2)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-w", type=float, default=30)
    parser.add_argument("url")
    parser.add_argument("what", choices=["query", "target", "firing", "resolved", "dashboard"])
    parser.add_argument("words", nargs="+")
    options = parser.parse_args()
    url, words = options.url, options.words
    if options.what == "query":
        for value in wait_for(options.w, query, url, words[0]):
            print(value["value"][1])
    elif options.what == "target":
        wait_for(options.w, check_target, url, words[0])
    elif options.what == "firing":
        for alert in wait_for(options.w, check_firing, url, words[0], words[1:]):
            print(json.dumps(alert["annotations"]))
    elif options.what == "resolved":
        wait_for(options.w, check_resolved, url, words[0], words[1:])
    else:
        with open(words[0], encoding="utf-8") as file:
            dashboard = json.load(file)
        count = wait_for(options.w, check_dashboard, url, dashboard, set())
        print(f"# {count} queries")


if __name__ == "__main__":
    main()
