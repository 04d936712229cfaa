# SPDX-License-Identifier: GPL-2.0-only
"""What became of mutants in earlier runs, so that what did not change is not run again.

A record holds for the patch, for the files that it changes, and for the programs that were
tried: a killed mutant's is that of the program that kills it alone. Of a survivor's, the
programs that were tried are not tried again.
"""

import hashlib
import json
import os


class Records:
    def __init__(self, folder, tree, programs):
        self.folder, self.tree, self.programs = folder, tree, programs

    def _path(self, mutant):
        return os.path.join(self.folder, mutant.name + ".json")

    def forget(self, name):
        os.unlink(os.path.join(self.folder, name + ".json"))

    def _add_file(self, digest, name):
        digest.update(name.encode() + b"\0")
        try:
            with open(os.path.join(self.tree, name), "rb") as file:
                digest.update(file.read())
        except FileNotFoundError:
            digest.update(b"-")

    def key(self, mutant, tried):
        digest = hashlib.sha256(mutant.diff.encode(errors="surrogateescape"))
        for name in mutant.files:
            self._add_file(digest, name)
        for program in sorted(tried):
            for name in self.programs.sources(program):
                self._add_file(digest, name)
        return digest.hexdigest()

    def load(self, mutant):
        """The result of an earlier run that still holds, or None"""
        try:
            with open(self._path(mutant), encoding="utf-8") as file:
                record = json.load(file)
        except (OSError, ValueError):
            return None
        return record if record["key"] == self.key(mutant, record["tried"]) else None

    def save(self, mutant, result):
        if result["verdict"] == "invalid":
            return
        tried = [result["program"]] if result["verdict"] == "killed" else result["tried"]
        record = dict(result, tried=tried, key=self.key(mutant, tried))
        path = self._path(mutant)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path + ".new", "w", encoding="utf-8") as file:
            json.dump(record, file, indent=1)
        os.replace(path + ".new", path)
