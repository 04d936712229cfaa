#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Read Prometheus's text exposition format, and print its samples as JSON.

usage: exposition.py <TEXT

A line each, {"name", "labels", "value", "type"}, by Prometheus's own client.  Whether the
text is right is not judged here: promtool and node_exporter do.
"""
import json
import sys

from prometheus_client.parser import text_string_to_metric_families


def main():
    for family in text_string_to_metric_families(sys.stdin.read()):
        for sample in family.samples:
            print(json.dumps({"name": sample.name, "labels": sample.labels,
                              "value": sample.value, "type": family.type}))


if __name__ == "__main__":
    main()
