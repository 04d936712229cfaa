#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""What a shell makes of a line when TAB is pressed: an interactive shell on a terminal.

	completion.py SHELL DIRECTORY <LINES

prints for each line, as JSON, the words that SHELL offers in the place of its last.
"""
import json
import os
import pathlib
import pty
import select
import subprocess
import sys
import tempfile
import time

COMPLETION = pathlib.Path(__file__).resolve().parents[2] / "tools/completion"

# ^O writes the line to the file LINE.  ^T completes with every match in the place of the word.
BASH = r"""PS1= PS2= HISTFILE=
. "$COMPLETION/tsrewrite.bash"
show() { printf '%s\0' "$READLINE_LINE" >"$LINE"; }
bind 'set bell-style none' 'set completion-query-items 0' 'set page-completions off'
bind 'set enable-bracketed-paste off'
bind -x '"\C-o": show'
bind '"\C-t": insert-completions'
printf 'ready\0' >"$LINE"
"""
ZSH = r"""PS1= PS2= HISTFILE= KEYTIMEOUT=1
fpath=("$COMPLETION" $fpath)
autoload -Uz compinit && compinit -u -D
zstyle ':completion:*' completer _complete
zstyle ':completion:all-matches::::' completer _all_matches _complete
zstyle ':completion:all-matches:*' insert true
setopt no_beep no_list_ambiguous no_auto_remove_slash no_auto_param_slash
show() { printf '%s\0' "$BUFFER" >"$LINE" }
zle -N show
bindkey '^I' complete-word '^O' show '^U' kill-buffer
zle -C all-matches complete-word _generic
bindkey '^T' all-matches
printf 'ready\0' >"$LINE"
"""


class Shell:
    """An interactive bash or zsh in a directory, with a scratch directory of its own"""

    def __init__(self, name, directory, scratch):
        self.name = name
        self.directory = directory
        self.screen = b""
        self.answer = os.path.join(scratch, f"line.{name}")
        setup = os.path.join(scratch, f"setup.{name}")
        with open(setup, "w", encoding="ascii") as file:
            file.write(BASH if name == "bash" else ZSH)
        os.mkfifo(self.answer)
        self.answers = os.open(self.answer, os.O_RDWR)
        pid, self.terminal = pty.fork()
        if not pid:
            os.chdir(directory)
            os.environ.update(TERM="dumb", LINE=self.answer,
                              COMPLETION=str(COMPLETION), LC_ALL="C.UTF-8")
            options = ["--norc", "--noprofile"] if name == "bash" else ["-f"]
            os.execvp(name, [name, *options, "-i"])
        os.write(self.terminal, f". {setup}\r".encode())
        if self._read_answer() != "ready":
            raise RuntimeError(f"{name} does not start")

    def _read_answer(self, patience=60):
        """Reads what the shell wrote, and lets its terminal not fill up meanwhile"""
        answer = b""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            readable, _, _ = select.select([self.answers, self.terminal], [], [], 1)
            if self.terminal in readable:
                self.screen = os.read(self.terminal, 65536)
            if self.answers in readable:
                answer += os.read(self.answers, 65536)
                if answer.endswith(b"\0"):
                    return answer[:-1].decode()
        raise TimeoutError(f"no answer from the shell; it showed {self.screen!r}")

    def _press(self, line, key):
        # ^E ^U empties the line, wherever the cursor is
        os.write(self.terminal, b"\x05\x15" + line.encode() + key + b"\x0f")
        return self._read_answer()

    def complete(self, line):
        """The line after TAB"""
        return self._press(line, b"\t")

    def offered(self, line):
        """What the words that it offers in the place of the last one mean to this shell"""
        completed = self._press(line, b"\x14")
        if completed == line:
            return set()
        words = completed[line.rindex(" ") + 1:]
        options = ["-f"] if self.name == "zsh" else []
        said = subprocess.run([self.name, *options, "-c", f"printf '%s\\0' {words}"],
                              cwd=self.directory, check=True, capture_output=True)
        return set(said.stdout.decode().split("\0")[:-1])


def main():
    name, directory = sys.argv[1:]
    with tempfile.TemporaryDirectory() as scratch:
        shell = Shell(name, directory, scratch)
        for line in sys.stdin:
            print(json.dumps(sorted(shell.offered(line.rstrip("\n")))))


if __name__ == "__main__":
    main()
