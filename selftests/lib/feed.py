#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Show an Atom feed, as a reader has it, as JSON."""
import json
import sys

import feedparser

feed = feedparser.parse(sys.argv[1])
json.dump({
    "bozo": bool(feed.bozo), "version": feed.version,
    "id": feed.feed.get("id"), "title": feed.feed.get("title"),
    "updated": feed.feed.get("updated"),
    "entries": [{
        "id": entry.id, "title": entry.title, "published": entry.published,
        "updated": entry.updated, "content": entry.content[0].value,
        "state": [tag.term for tag in entry.tags],
    } for entry in feed.entries],
}, sys.stdout)
