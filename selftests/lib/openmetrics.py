#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Read OpenMetrics text as Prometheus would, and print its samples as JSON.

usage: openmetrics.py <TEXT

A line each, {"name", "labels", "value", "type"}.  Exits with 1, and says why, where
the text is not OpenMetrics 1.0.0, or a family has no type or no help.
"""
import json
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families


def main():
    try:
        families = list(text_string_to_metric_families(sys.stdin.read()))
    except ValueError as error:
        sys.exit(f"openmetrics.py: {error}")
    for family in families:
        if family.type == "unknown" or not family.documentation:
            sys.exit(f"openmetrics.py: {family.name} has no type or no help")
        for sample in family.samples:
            print(json.dumps({"name": sample.name, "labels": sample.labels,
                              "value": sample.value, "type": family.type}))


if __name__ == "__main__":
    main()
