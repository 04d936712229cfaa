# SPDX-License-Identifier: GPL-2.0-only
"""Guests, in which mutants are tried one after the other, as each takes seconds to boot.

The guest writes what happens to a file, line by line: if it is lost, those that it has not
ended are tried in another one.
"""

import os
import shutil
import subprocess

from . import tap

PROGRAM_LIMIT = 1200	# seconds of the guest for each program; who needs more has not killed


class Guest:
    """Jobs are (mutant, tree, programs)"""

    def __init__(self, base, folder, kernel):
        self.base, self.folder, self.kernel = base, folder, kernel

    def run(self, jobs, seconds):
        """Yields (mutant, program, case, how): the program None for plain traffic; and for a
        mutant that the guest did not get through, how is 'lost'"""
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        with open(os.path.join(self.folder, "jobs"), "w", encoding="utf-8") as file:
            for number, (mutant, tree, programs) in enumerate(jobs):
                words = [number, tree, int(mutant.breaks_traffic), " ".join(programs)]
                file.write("\t".join(map(str, words)) + "\n")
        with open(os.path.join(self.folder, "guest.log"), "w", encoding="utf-8") as log:
            subprocess.run([os.path.join(self.base, "selftests/vm/run"), "-k", self.kernel,
                            "-m", "2048", "-t", str(seconds), "--steady", "-o", self.folder,
                            "--log", os.path.join(self.folder, "console"), "--",
                            os.path.join(self.base, "selftests/mutants/runner/in_guest"),
                            str(PROGRAM_LIMIT)],
                           check=False, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        return self._read_results(jobs)

    def _read_results(self, jobs):
        results, ended = [], set()
        begun = {}
        for line in self._lines():
            number, what, program = (line.split("\t") + [""])[:3]
            mutant = jobs[int(number)][0]
            if what == "begins":
                begun[int(number)] = program
            elif what == "done":
                ended.add(int(number))
            else:
                begun.pop(int(number), None)
                results.append((mutant, program, self._case(number, program), what))
        for number, (mutant, _, _) in enumerate(jobs):
            if number not in ended:
                results.append((mutant, begun.get(number), None, "lost"))
        return results

    def _lines(self):
        try:
            with open(os.path.join(self.folder, "results"), encoding="utf-8") as file:
                return file.read().splitlines()
        except FileNotFoundError:
            return []

    def _case(self, number, program):
        try:
            path = os.path.join(self.folder, number, os.path.basename(program) + ".tap")
            with open(path, encoding="utf-8", errors="replace") as file:
                return tap.failed_case(file.read())
        except FileNotFoundError:
            return None
