# SPDX-License-Identifier: GPL-2.0-only
"""What each worker does: builds mutants, tries them on this machine, then in a guest."""

import os
import shutil
import threading

from . import host, tree
from .guest import Guest
from .programs import is_unit

BATCH_SECONDS = 600	# of programs, in a guest that boots once
BATCH_MUTANTS = 8


class Job:
    """A mutant, and which programs are still to be tried"""

    def __init__(self, mutant, programs):
        self.mutant = mutant
        self.units = [one for one in programs if is_unit(one)]
        self.in_guest = [one for one in programs if not is_unit(one)]
        self.tried, self.odd = [], []
        self.result = None

    def kill(self, program, case):
        self.result = {"verdict": "killed", "program": program, "case": case}

    def invalidate(self, why):
        self.result = {"verdict": "invalid", "why": why}

    def survive(self):
        self.result = {"verdict": "survived", "tried": self.tried, "odd": self.odd}

    def note(self, program, how):
        self.tried.append(program)
        if how not in ("passed", "failed"):
            self.odd.append(f"{program} {how}")


class Worker(threading.Thread):
    def __init__(self, number, run):
        super().__init__()
        self.run_of = run
        self.folder = os.path.join(run.folder, f"worker-{number}")
        self.error = None

    def run(self):
        try:
            while True:
                batch = self.run_of.next_batch()
                if not batch:
                    return
                self._do_batch(batch)
        except BaseException as error:	# the run tells it
            self.error = error
            self.run_of.stop()
            raise

    def _tree(self, kernel):
        run = self.run_of
        return tree.Tree(os.path.join(self.folder, "tree"), run.base, run.top, kernel)

    def _do_batch(self, batch):
        kernel = self.run_of.kernel_of(batch[0].mutant)
        stays = self._tree(kernel)
        jobs = []
        for job in batch:
            self._build_and_try(job, stays, jobs)
        while jobs:
            jobs = self._do_guest(jobs, kernel)

    def _build_and_try(self, job, stays, jobs):
        try:
            stays.take(job.mutant)
            self._try_units(job, stays)
            if job.result or not job.in_guest:
                self._end(job)
                return
            path = os.path.join(self.folder, "guest-trees", str(len(jobs)))
            changed = job.mutant
            module, command = self.run_of.module, self.run_of.command
            if changed.changes_module() or changed.kernel:
                module = stays.build_module()
            if changed.changes_command():
                command = stays.build_command()
            tree.make_for_guest(path, self.run_of.base, self.run_of.top, changed,
                                stays.release, module, command)
            jobs.append((job, path))
        except tree.Invalid as why:
            job.invalidate(str(why))
            self._end(job)

    def _try_units(self, job, stays):
        for program in job.units:
            case, how = host.run(stays, program)
            job.note(program, how if not case else "failed")
            if case:
                job.kill(program, case)
                return

    def _do_guest(self, jobs, kernel):
        """Returns those that have to be tried in another guest"""
        by_mutant = {job.mutant: (job, path) for job, path in jobs}
        seconds = 300 + 4 * sum(self.run_of.programs.cost(program)
                                for job, _ in jobs for program in job.in_guest)
        guest = Guest(self.run_of.base, os.path.join(self.folder, "guest"), kernel)
        again = []
        for mutant, program, case, how in guest.run(
                [(job.mutant, path, job.in_guest) for job, path in jobs], seconds):
            job, path = by_mutant[mutant]
            self._take_result(job, program, case, how)
            if how == "lost" and job.in_guest and not job.result:
                again.append((job, path))
        if len(again) == len(jobs) and not any(job.tried for job, _ in again):
            raise RuntimeError(f"the guest does nothing: see {guest.folder}/guest.log")
        self._keep(guest)
        for job, path in jobs:
            if (job, path) not in again:
                self._end(job)
                shutil.rmtree(path, ignore_errors=True)
        return again

    def _take_result(self, job, program, case, how):
        if how == "unloadable":
            job.invalidate("the module cannot be loaded")
        elif how == "broken":
            job.invalidate("plain traffic does not pass, and the head does not say so")
        elif how == "lost":
            # With that program the guest was lost; before any, it was by another mutant
            if program:
                job.note(program, "lost the guest")
                job.in_guest = job.in_guest[job.in_guest.index(program) + 1:] \
                    if program in job.in_guest else []
        elif program in job.in_guest:
            if case:
                job.kill(program, case)
            job.note(program, how)
            job.in_guest.remove(program)

    def _keep(self, guest):
        """What the last guests of a worker said, for who wants to see why"""
        old = guest.folder + "-before"
        shutil.rmtree(old, ignore_errors=True)
        os.rename(guest.folder, old)

    def _end(self, job):
        if not job.result:
            job.survive()
        self.run_of.end(job)
