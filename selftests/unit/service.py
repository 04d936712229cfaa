#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""The services as systemd starts them, on a machine without the module: what they tell
systemd, and how they end.
"""
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TSREWRITE = os.path.join(HERE, "../../build/tools/tsrewrite")
DEADLINE = 60

# A network namespace of its own: another watch may run on this machine
CONFINED = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--net", "--map-root-user"]


class Service:
    """A process that tells systemd how it is, and what it has told"""

    def __init__(self, *words, begin=()):
        self.scratch = tempfile.mkdtemp()
        path = os.path.join(self.scratch, "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(path)
        self.socket.settimeout(DEADLINE)
        self.process = subprocess.Popen([*CONFINED, *begin, TSREWRITE, *words], text=True,
                                        env={**os.environ, "NOTIFY_SOCKET": path},
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()
        self.socket.close()
        shutil.rmtree(self.scratch)

    def tells(self, text):
        """Whether it tells systemd that, before the deadline and before it ends"""
        self.socket.settimeout(0.1)
        for _ in range(DEADLINE * 10):
            try:
                if text in self.socket.recv(4096).decode():
                    return True
            except TimeoutError:
                if self.process.poll() is not None:
                    break
        print(f"# it does not tell {text!r}, and exits with {self.process.poll()}")
        return False


def journal_waits():
    with Service("monitor", "--journal") as service:
        return service.tells("STATUS=waiting for the module") and service.process.poll() is None


def write_settings(state, line=None):
    """Returns the file, by which the service keeps its state in that directory."""
    conf = os.path.join(state, "watch.conf")
    with open(conf, "w", encoding="ascii") as file:
        file.write(f"{line or f'state = {state}'}\n")
    return conf


def watch_waits():
    with tempfile.TemporaryDirectory() as state:
        conf = write_settings(state)
        with Service("watch", conf) as service:
            return service.tells("STATUS=waiting for the module")


def damaged_incidents_are_kept():
    with tempfile.TemporaryDirectory() as state:
        conf = write_settings(state)
        with open(os.path.join(state, "incidents.json"), "w", encoding="ascii") as file:
            file.write('{"broken')
        with Service("watch", conf) as service:
            if not service.tells("STATUS=waiting for the module"):
                return False
        with open(os.path.join(state, "incidents.json.bad"), encoding="ascii") as file:
            return file.read() == '{"broken'


def check_knows_whose_state_it_is():
    """A reload is checked beside the service that has its state there, and by others"""
    with tempfile.TemporaryDirectory() as state:
        conf = write_settings(state)
        with Service("watch", conf) as service:
            if not service.tells("STATUS=waiting for the module"):
                return False
            check = [TSREWRITE, "watch", "--check", conf]
            inside = ["nsenter", "--net", f"--target={service.process.pid}"]
            own = subprocess.run([*inside, *check], capture_output=True, text=True, check=False)
            other = subprocess.run([*CONFINED, *check], capture_output=True, text=True,
                                   check=False)
    return own.returncode == 0 and other.returncode == 1 and \
        "another tsrewrite watch keeps its state there" in other.stderr


def wrong_settings_have_a_status():
    """By which systemd does not start it again and again"""
    with tempfile.TemporaryDirectory() as state:
        conf = write_settings(state, "trip = maybe")
        with Service("watch", conf) as service:
            _, said = service.process.communicate(timeout=DEADLINE)
            status = service.process.returncode
    return status == 78 and 'trip "maybe"' in said


def watch_ends_with_its_namespace():
    """One that was made anew has the same name, and nothing in it is watched by the old service"""
    with tempfile.TemporaryDirectory() as state:
        conf = write_settings(state)
        script = 'mount -t tmpfs none /run && ip netns add blue && exec "$@"'
        begin = ["unshare", "--mount", "sh", "-c", script, "sh"]
        with Service("-n", "blue", "watch", conf, begin=begin) as service:
            if not service.tells("STATUS=waiting for the module"):
                return False
            inside = ["nsenter", "--mount", f"--target={service.process.pid}", "ip", "netns"]
            subprocess.run([*inside, "del", "blue"], check=True)
            subprocess.run([*inside, "add", "blue"], check=True)
            _, said = service.process.communicate(timeout=DEADLINE)
    return 'netns "blue" was removed, or is another one by now' in said


def saves_when_a_maintenance_begins():
    """What is usual by then is kept, not that of the last ten minutes"""
    if os.geteuid():
        return True
    with tempfile.TemporaryDirectory() as state:
        conf = write_settings(state)
        with Service("watch", conf) as service:
            if not service.tells("STATUS=waiting for the module"):
                return False
            begin = subprocess.run(["nsenter", "--net", f"--target={service.process.pid}",
                                    TSREWRITE, "maintenance", "begin", "CHG-1"],
                                   capture_output=True, text=True, check=False)
            saved, kept = (os.path.exists(os.path.join(state, name))
                           for name in ("usual.json", "before/usual.json"))
    print(f"# {begin.stderr.strip()}")
    return begin.returncode == 0 and saved and kept and "has not saved" not in begin.stderr


def runner_is_patient():
    """Or its path unit would start it again and again, without a pause"""
    begin = time.monotonic()
    with Service("watch", "--run", "/proc/none") as service:
        _, said = service.process.communicate(timeout=DEADLINE)
        status = service.process.returncode
    return status == 1 and "/proc/none: " in said and time.monotonic() - begin >= 3


CASES = {
    "monitor --journal waits for the module": journal_waits,
    "watch waits for the module": watch_waits,
    "incidents that cannot be read are kept": damaged_incidents_are_kept,
    "--check tells a state that another service has": check_knows_whose_state_it_is,
    "wrong settings have an exit status of their own": wrong_settings_have_a_status,
    "watch ends when its namespace was replaced": watch_ends_with_its_namespace,
    "what is usual is saved when a maintenance begins": saves_when_a_maintenance_begins,
    "a runner that cannot begin waits before it ends": runner_is_patient,
}


def main():
    failed = 0
    if os.path.exists("/sys/module/nf_tsrewrite"):
        print("TAP version 13\n1..0 # SKIP the module is loaded")
        return 0
    print(f"TAP version 13\n1..{len(CASES)}")
    for number, (name, case) in enumerate(CASES.items(), 1):
        passed = case()
        failed += not passed
        print(f"{'ok' if passed else 'not ok'} {number} {name}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
