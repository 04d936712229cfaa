# SPDX-License-Identifier: GPL-2.0-only
"""Guests that are told from here what to do, and that can really die."""
import base64
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
RUN = TOP / "selftests/vm/run"
AGENT = TOP / "selftests/pair/agent"
BOOT = 300      # seconds until a guest has booted, on a busy machine


class Failed(AssertionError):
    """A command that has exited with another status than 0."""


class Gone(AssertionError):
    """The machine has not answered."""


class Machine:
    """A guest.

    name: what its messages are headed with
    kernel: a directory that ../vm/run takes for -k
    lans: the numbers of its networks: eth0 is on the first of them
    number: which of the guests it is, for its addresses on the link
    """

    def __init__(self, name, kernel, lans, number):
        self.name, self.kernel, self.lans, self.number = name, kernel, lans, number
        self.control = pathlib.Path(tempfile.mkdtemp(prefix="pair."))
        self.log = TOP / f"build/pair/{name}.console"
        self.process = self.port = None
        self.buffered = b""

    def command(self):
        words = [RUN, "-k", self.kernel, "-m", "1024", "-t", "7200", "--log", self.log,
                 "-o", self.log.parent, "--control", self.control]
        for lan in self.lans:
            words += ["--lan", f"{lan},52:54:00:00:{self.number:02x}:{lan:02x}"]
        return [*words, "--", AGENT]

    def start(self):
        """Turns the power on; wait_until_up() is to follow."""
        for left in self.control.iterdir():
            left.unlink()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with open(self.log.parent / f"{self.name}.said", "ab") as said:
            self.process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL,
                                            stdout=said, stderr=said)
        self.port = self.connect(time.monotonic() + BOOT)
        self.buffered = b""

    def wait_until_up(self):
        self.read_line(time.monotonic() + BOOT)
        self.ask("ip link set lo up; modprobe -a virtio_net nf_tables nf_conntrack veth")

    def connect(self, deadline):
        """Before it has booted: what it says to nobody is lost."""
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                port = socket.socket(socket.AF_UNIX)
                port.connect(str(self.control / "serial"))
                return port
            except OSError:
                time.sleep(0.1)
        raise Gone(f"{self.name} has not started: see {self.log.parent / self.name}.said")

    def read_line(self, deadline):
        while b"\n" not in self.buffered:
            self.port.settimeout(max(0.01, deadline - time.monotonic()))
            try:
                more = self.port.recv(65536)
            except OSError:
                more = b""
            if not more:
                raise Gone(f"{self.name} does not answer: see {self.log}")
            self.buffered += more
        line, self.buffered = self.buffered.split(b"\n", 1)
        return line.strip()

    def try_command(self, command, seconds=120):
        """Runs it in the machine, and returns its status and what it has said."""
        self.port.sendall(base64.b64encode(command.encode()) + b"\n")
        status, _, said = self.read_line(time.monotonic() + seconds).partition(b" ")
        return int(status), base64.b64decode(said).decode(errors="replace")

    def ask(self, command, seconds=120):
        """Runs it in the machine, and returns what it has said."""
        status, said = self.try_command(command, seconds)
        if status:
            raise Failed(f"{self.name}: exit status {status} of: {command}\n{said.rstrip()}")
        return said

    def wait_for(self, command, seconds=60):
        """Until it exits with 0, but no longer."""
        deadline = time.monotonic() + seconds
        while True:
            status, said = self.try_command(command)
            if not status:
                return said
            if time.monotonic() > deadline:
                raise Failed(f"{self.name}: still not after {seconds} s: {command}\n{said}")
            time.sleep(0.2)

    def cut_power(self):
        """At once, as if the plug were pulled: nothing is said to anybody."""
        os.kill(int((self.control / "pid").read_text()), signal.SIGKILL)
        self.process.wait()
        self.port.close()

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def remove(self):
        if self.is_running():
            self.process.terminate()
            self.process.wait()
        shutil.rmtree(self.control)
