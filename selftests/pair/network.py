# SPDX-License-Identifier: GPL-2.0-only
"""Two firewalls that share an address by keepalived, and the hosts around them, each firewall in
a guest of its own.

    inside 10.0.1.10 --- LAN 1 --- fw1, fw2 --- LAN 2 --- outside 203.0.113.10
                                   |     |
                                    LAN 3

Both hosts are network namespaces of a third guest, which outlives the firewalls. The one that
has the address is 10.0.1.1 and 203.0.113.1, and fd00:1::1 and 2001:db8:2::1.
"""
import pathlib
import subprocess

from machine import TOP, Machine

INSIDE, OUTSIDE, SYNC = 1, 2, 3
KEEPALIVED = TOP / "tools/keepalived/tsrewrite.conf"
PROGRAMS = TOP / "build/tools"
MOVE = 60       # seconds until the address has moved, on a busy machine

ADDRESSES = {
    "inside": ("10.0.1.10/24", "fd00:1::10/64", "10.0.1.1", "fd00:1::1"),
    "outside": ("203.0.113.10/24", "2001:db8:2::10/64", "203.0.113.1", "2001:db8:2::1"),
}
SHARED = """203.0.113.1/24 dev eth1
        10.0.1.1/24 dev eth0
    }
    virtual_ipaddress_excluded {
        fd00:1::1/64 dev eth0
        2001:db8:2::1/64 dev eth1"""


def kernel_named(name):
    """The directory of a kernel of ../vm/kernel."""
    words = subprocess.run([TOP / "selftests/vm/kernel", name], check=True, text=True,
                           stdout=subprocess.PIPE).stdout.split()
    return pathlib.Path(words[-1])


class Firewall(Machine):
    """One that forwards, hides timestamps, and takes the address if its priority is higher."""

    def __init__(self, number, kernel):
        super().__init__(f"fw{number}", kernel, (INSIDE, OUTSIDE, SYNC), number)
        self.priority = 200 - 50 * number

    def boot(self):
        """Turns the power on, and waits until it does all that it is to do."""
        self.start()
        self.wait_until_up()
        self.set_up()

    def set_up(self):
        own = self.number + 1
        self.ask(f"""set -e
            sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
            for place in 0:10.0.1.{own}/24 1:203.0.113.{own}/24 2:192.168.3.{own}/24; do
                ip addr add ${{place#*:}} dev eth${{place%%:*}}
                ip link set eth${{place%%:*}} up
            done
            ip addr add fd00:1::{own:x}/64 dev eth0 nodad
            ip addr add 2001:db8:2::{own:x}/64 dev eth1 nodad
            ln -sf {PROGRAMS}/tsrewrite /usr/local/bin/tsrewrite
            insmod {TOP}/build/kmod/$(uname -r)/nf_tsrewrite.ko""")
        self.ask("tsrewrite attach eth1 && tsrewrite on")
        self.start_service("tsrewrite watch")
        self.start_keepalived()

    def start_service(self, command):
        name = command.split()[0]
        self.ask(f"setsid -f {command} </dev/null >/run/{name}.said 2>&1")

    def start_keepalived(self):
        config = KEEPALIVED.read_text()
        for word, value in (("@INTERFACE@", "eth1"), ("@PRIORITY@", str(self.priority)),
                            ("@ADDRESS@", SHARED)):
            config = config.replace(word, value)
        self.ask(f"cat >/run/keepalived.conf <<'END'\n{config}\nEND")
        self.start_service("keepalived -n -l -D -f /run/keepalived.conf")

    def wait_for_address(self):
        """Until it has the shared one."""
        self.wait_for("ip addr show dev eth1 | grep -qF 203.0.113.1/24", MOVE)


class Pair:
    """Both firewalls and the hosts; to be left by remove()."""

    def __init__(self, kernels):
        self.hosts = Machine("hosts", kernel_named(kernels[-1]), (INSIDE, OUTSIDE), 9)
        self.firewalls = [Firewall(number, kernel_named(kernel))
                          for number, kernel in enumerate(kernels, 1)]

    def boot(self):
        machines = [self.hosts, *self.firewalls]
        for machine in machines:
            machine.start()
        for machine in machines:
            machine.wait_until_up()
        self.set_up_hosts()
        for firewall in self.firewalls:
            firewall.set_up()
        self.firewalls[0].wait_for_address()

    def set_up_hosts(self):
        for number, (name, (ipv4, ipv6, gateway4, gateway6)) in enumerate(ADDRESSES.items()):
            self.hosts.ask(f"""set -e
                ip netns add {name}
                ip link set eth{number} netns {name}
                ip -n {name} link set lo up
                ip -n {name} link set eth{number} up
                ip -n {name} addr add {ipv4} dev eth{number}
                ip -n {name} addr add {ipv6} dev eth{number} nodad
                ip -n {name} route add default via {gateway4}
                ip -n {name} route add default via {gateway6}""")

    def inside(self, command, seconds=120):
        return self.hosts.ask(f"ip netns exec inside {command}", seconds)

    def outside(self, command, seconds=120):
        return self.hosts.ask(f"ip netns exec outside {command}", seconds)

    def remove(self):
        for machine in (self.hosts, *self.firewalls):
            machine.remove()
