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
CONNTRACKD = TOP / "tools/conntrackd/conntrackd.conf"
NOTIFY = TOP / "tools/conntrackd/conntrackd.notify"
PROGRAMS = TOP / "build/tools"
MOVE = 60       # seconds until the address has moved, on a busy machine

ADDRESSES = {
    "inside": ("10.0.1.10/24", "fd00:1::10/64", "10.0.1.1", "fd00:1::1"),
    "outside": ("203.0.113.10/24", "2001:db8:2::10/64", "203.0.113.1", "2001:db8:2::1"),
}
NOTIFIED = (("master", "master"), ("backup", "backup"), ("fault", "backup"))
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

    def __init__(self, number, kernel, is_gateway):
        super().__init__(f"fw{number}", kernel, (INSIDE, OUTSIDE, SYNC), number)
        self.priority = 200 - 50 * number
        self.is_gateway = is_gateway

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
        if self.is_gateway:
            self.translate()
            self.ask(f"insmod {TOP}/build/kmod/$(uname -r)/nf_tsrewrite_ct.ko && "
                     "tsrewrite config set label-bit 64")
        self.ask("tsrewrite attach eth1 && tsrewrite on")
        self.start_service("tsrewrite watch")
        self.start_keepalived()

    def start_service(self, command):
        name = command.split()[0]
        self.ask(f"setsid -f {command} </dev/null >/run/{name}.said 2>&1")

    def start_keepalived(self):
        notify = "".join(f'    notify_{event} "/usr/bin/env CONNTRACKD_CONF=/run/conntrackd.conf '
                         f'{NOTIFY} {role}"\n' for event, role in NOTIFIED) \
            if self.is_gateway else ""
        self.configure(KEEPALIVED, "/run/keepalived.conf", {
            "@INTERFACE@": "eth1", "@PRIORITY@": str(self.priority), "@ADDRESS@": SHARED,
            "    track_script {": notify + "    track_script {"})
        self.start_service("keepalived -n -l -D -f /run/keepalived.conf")

    def configure(self, source, target, words):
        """Writes a file that is delivered, with these words in place of others."""
        config = source.read_text()
        for word, value in words.items():
            config = config.replace(word, value)
        self.ask(f"cat >{target} <<'END'\n{config}\nEND")

    def translate(self):
        """NAT, and conntrackd, which tells the other firewall of connections."""
        self.ask("""nft -f - <<'END'
            table inet gateway {
                chain out {
                    type nat hook postrouting priority srcnat
                    oif eth1 ip saddr 10.0.1.0/24 snat to 203.0.113.1
                }
                chain in {
                    # which would be answered by RSTs before conntrackd has entered them
                    type filter hook input priority filter
                    iifname eth1 meta l4proto tcp drop
                }
                chain through {
                    type filter hook forward priority filter; policy drop
                    ct state established accept
                    ct state new tcp flags & (syn | ack) == syn accept
                }
            }\nEND""")
        self.configure(CONNTRACKD, "/run/conntrackd.conf", {
            "@ADDRESS@": f"192.168.3.{self.number + 1}", "@LINK@": "eth2",
            "@OTHER@": f"192.168.3.{4 - self.number}"})
        self.start_service("conntrackd -C /run/conntrackd.conf")
        self.wait_for("conntrackd -C /run/conntrackd.conf -s >/dev/null")

    def counter(self, name):
        """One of the counters of `tsrewrite stats`."""
        return int(self.ask(f"tsrewrite -j stats | jq .{name}"))

    def wait_for_address(self):
        """Until it has the shared one."""
        self.wait_for("ip addr show dev eth1 | grep -qF 203.0.113.1/24", MOVE)


class Pair:
    """Both firewalls and the hosts; to be left by remove().

    is_gateway: they translate the inside host's address, and have conntrackd
    """

    def __init__(self, kernels, is_gateway=False):
        self.hosts = Machine("hosts", kernel_named(kernels[-1]), (INSIDE, OUTSIDE), 9)
        self.firewalls = [Firewall(number, kernel_named(kernel), is_gateway)
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
