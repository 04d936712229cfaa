# SPDX-License-Identifier: GPL-2.0-only
"""Trees with a mutant in them, and what is built there.

Each worker has one tree that stays, so that only what a mutant changes is compiled. What
guests run is in a tree for each mutant, whose files are links to those of the snapshot
but for what is different.
"""

import os
import shutil
import subprocess

# What all trees have of build/, and no mutant changes
SHARED = ("kernels", "modules", "linux-source-6.12", "nsd", "selftests")


class Invalid(Exception):
    """The mutant is none: why"""


def take_snapshot(top, base):
    """The files of the tree at top, as they are now: whoever edits them disturbs no run"""
    files = subprocess.run(["git", "ls-files", "-zco", "--exclude-standard"],
                           cwd=top, check=True, capture_output=True).stdout
    present = [name for name in files.split(b"\0")
               if name and os.path.lexists(os.path.join(top.encode(), name))]
    os.makedirs(base, exist_ok=True)
    subprocess.run(["rsync", "-a", "--delete-missing-args", "--from0", "--files-from=-",
                    top + "/", base + "/"], input=b"\0".join(present), check=True)
    for name in _list_files(base):
        if name.encode() not in set(present):
            os.unlink(os.path.join(base, name))
    _share_build(top, base)


def _list_files(base):
    for room, rooms, names in os.walk(base):
        rooms[:] = [one for one in rooms if os.path.join(room, one) != os.path.join(base, "build")]
        for name in names:
            yield os.path.relpath(os.path.join(room, name), base)


def _share_build(top, tree):
    os.makedirs(os.path.join(tree, "build"), exist_ok=True)
    for name in SHARED:
        link = os.path.join(tree, "build", name)
        if not os.path.lexists(link):
            os.symlink(os.path.join(top, "build", name), link)


class Tree:
    def __init__(self, path, base, top, kernel):
        self.path, self.base, self.top, self.kernel = path, base, top, kernel
        self.release = os.path.basename(kernel)
        os.makedirs(path, exist_ok=True)
        _share_build(top, path)

    def _at(self, *words):
        return os.path.join(self.path, *words)

    def take(self, mutant):
        """Become the tree with that mutant. What changes gets the time of now, so that it is
        compiled again, also where a file becomes again what it was."""
        subprocess.run(["rsync", "-rlpc", "--delete", "--exclude=/build",
                        self.base + "/", self.path + "/"], check=True)
        apply_patch(self.path, mutant)

    def _make(self, what, *words):
        # A bug may be one that compilers warn of
        made = subprocess.run(["make", "-s", "-j2", "CC=gcc -w", *words], cwd=self.path,
                              check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True)
        if made.returncode:
            raise Invalid(f"{what} cannot be built: {last_line(made.stdout, 'rror')}")

    def build_unit(self, program):
        self._make(program, "-C", "selftests/unit", self._at("build", program))

    def build_command(self):
        self._make("the command", "-C", "tools", "all")
        return self._at("build/tools/tsrewrite")

    def build_module(self):
        out = self._at("build/kmod", self.release)
        os.makedirs(out, exist_ok=True)
        subprocess.run(["rsync", "-a", "--delete", "--exclude=*.mod.c", "--include=*/",
                        "--include=Makefile", "--include=*.[ch]", "--exclude=*",
                        self._at("kmod") + "/", out + "/"], check=True)
        made = subprocess.run(["make", "-s", "-j2", "-C", os.path.join(self.kernel, "headers"),
                               "M=" + out, "KCFLAGS=-w", "modules"], check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if made.returncode:
            raise Invalid(f"the module cannot be built: {last_line(made.stdout, 'rror')}")
        return os.path.join(out, "nf_tsrewrite.ko")


def last_line(text, word):
    lines = [line for line in text.splitlines() if word in line] or text.splitlines() or [""]
    return lines[0].strip()


def why_not(path, mutant):
    """Applies the patch; returns None, or why it cannot"""
    if not mutant.files:
        return None
    done = subprocess.run(["patch", "-p1", "-s", "-f", "--no-backup-if-mismatch", "-r", "-",
                           "-i", mutant.path], cwd=path, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return f"the patch does not apply: {last_line(done.stdout, 'FAILED')}" \
        if done.returncode else None


def apply_patch(path, mutant):
    why = why_not(path, mutant)
    if why:
        raise Invalid(why)


def make_for_guest(path, base, top, mutant, release, module, command):
    """A tree for a guest, with that module and command in its build/"""
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    subprocess.run(["cp", "-al", base, path], check=True)
    apply_patch(path, mutant)	# patch makes new files, and leaves the snapshot's as they are
    for room, file in (("kmod/" + release, module), ("tools", command)):
        to = os.path.join(path, "build", room)
        os.makedirs(to, exist_ok=True)
        shutil.copy2(file, to)
    _share_build(top, path)
