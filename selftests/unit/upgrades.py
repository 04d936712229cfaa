#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""The judge of upgrades: what a target breaks is NO-GO, what only differs is told, and what
tools of the tests are to blame for decides nothing.
"""
import copy
import os
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", room) for room in ("upgrade", "report")]

from asserting import run_cases
from compare import GO, NO_GO, NOT_JUDGED, compare, decide
from gather import Side, hooks, sysctls
from page import page
from shown import lines, report
from tap import read

FEATURES = {"version": "0.2.0", "modes": ["off", "rewrite"], "known_bugs": ["old"],
            "defaults": {"mode": "off", "config": {"limit": 1000}},
            "changes": [{"version": "0.2.0", "changes": ["one"]}]}
ARROW = {"label": "SYN ACK", "leaves": False, "inside": [9, 1234, "tsecr"],
         "outside": [9, 1234, None], "why": "the inside host has sent 5 only"}
TAP = """TAP version 13
# selftests: /x: echo_restore.sh
# TAP version 13
# 1..3
# ok 1 on
# not ok 2 IPv4
# ok 3 GRO # SKIP
not ok 1 selftests: /x: echo_restore.sh # exit=1
# selftests: /x: path_nat.sh
# 1..0 # SKIP no command conntrack
ok 2 selftests: /x: path_nat.sh # SKIP
"""


def judged(status=0, reasons=("all is well",), outcome="yes", arrows=()):
    return {"verdict": "", "status": status, "reasons": list(reasons),
            "cases": [{"subject": "IPv4: connection", "question": "restores", "reason": "why",
                       "outcome": outcome, "detail": "TSecr 1234", "arrows": list(arrows)}]}


def suite(verdict="ok", said=""):
    name = "echo_restore.sh"
    return read(["# ok 1 on", said or "# all is said", f"# {verdict} 2 IPv4",
                 f"{verdict} 1 selftests: /x: {name}"])


def side(**changes):
    seen = {"judge": judged(), "suite": suite(), "features": copy.deepcopy(FEATURES),
            "stack": {"SYN-ACK with TSecr 0": "the connection comes up"},
            "versions": {"kernel": "6.1"}, "sysctls": {"net.ipv4.tcp_sack": "1"},
            "hooks": ["ip forward 0 x"], "modules": ["veth"], "memory": {"flow": "192"},
            "packets": {"IPv4 hook egress": 250}}
    seen.update(changes)
    return Side("debian, Linux 6", **seen)


def verdict_of(new, old=None):
    comparison = compare(old or side(), new)
    return decide(comparison), comparison


def same_on_both_sides_is_go():
    (verdict, _), comparison = verdict_of(side())
    assert verdict == GO and not comparison.look, comparison


def broken_traffic_is_no_go_with_the_reasons_of_its_judge():
    (verdict, reasons), comparison = verdict_of(side(
        judge=judged(1, ["echoes are not restored"], "BROKEN", [ARROW])))
    assert (verdict, reasons) == (NO_GO, ["echoes are not restored"])
    text = page(report(side(), side(judge=judged(1, ["x"], "BROKEN", [ARROW, None])),
                       comparison, "today"))
    assert text.count("✗ TSecr 1234") == 1, "the wrong value is marked"


def case_that_fails_now_is_no_go():
    (verdict, reasons), _ = verdict_of(side(suite=suite("not ok")))
    assert verdict == NO_GO and "echo_restore.sh: IPv4" in reasons[0], reasons


def case_that_failed_before_is_not():
    (verdict, _), _ = verdict_of(side(suite=suite("not ok")), side(suite=suite("not ok")))
    assert verdict == GO
    (verdict, _), _ = verdict_of(side(), side(suite=suite("not ok")))
    assert verdict == GO


def tools_of_tests_never_decide():
    for said in ("# ModuleNotFoundError: No module named 'scapy'", "# dig: command not found",
                 "# nft: unrecognized option '--x'"):
        (verdict, reasons), _ = verdict_of(side(suite=suite("not ok", said)))
        assert verdict == NOT_JUDGED and said.lstrip("# ") in reasons[0], (said, reasons)


def program_that_ran_on_one_side_leaves_it_open():
    skipped = read(["# 1..0 # SKIP no command conntrack",
                    "ok 1 selftests: /x: echo_restore.sh # SKIP"])
    for new, old in ((side(suite=skipped), side()), (side(), side(suite=skipped))):
        (verdict, reasons), _ = verdict_of(new, old)
        assert verdict == NOT_JUDGED and "no command conntrack" in reasons[0], reasons
    assert verdict_of(side(suite=skipped), side(suite=skipped))[0][0] == GO


def side_that_cannot_be_tried_leaves_it_open():
    (verdict, reasons), _ = verdict_of(Side(stopped="no network"))
    assert verdict == NOT_JUDGED and "no network" in reasons[0]
    (verdict, _), _ = verdict_of(side(), Side(broken="it does not build"))
    assert verdict == NOT_JUDGED
    (verdict, reasons), _ = verdict_of(side(), side(judge=judged(1, ["no echo"])))
    assert verdict == NOT_JUDGED and "upgrade from" in reasons[0]


def target_that_does_not_build_is_no_go():
    (verdict, reasons), _ = verdict_of(Side(broken="it does not build: no such field"))
    assert verdict == NO_GO and "no such field" in reasons[0]


def silence_is_no_go_ahead():
    for nothing in ({"judge": None}, {"suite": None}, {"suite": {}}):
        assert verdict_of(side(**nothing))[0][0] == NOT_JUDGED, nothing


def feature_that_is_on_by_default_is_no_go():
    features = copy.deepcopy(FEATURES)
    features["defaults"]["mode"] = "rewrite"
    (verdict, reasons), _ = verdict_of(side(features=features))
    assert verdict == NO_GO and "nobody has asked" in reasons[0]


def other_differences_are_told_and_decide_nothing():
    features = copy.deepcopy(FEATURES)
    features["defaults"]["config"]["limit"] = 5
    features["known_bugs"].append("new bug")
    new = side(features=features, stack={"SYN-ACK with TSecr 0": "refused by RST"},
               sysctls={"net.ipv4.tcp_sack": "0"}, hooks=["ip forward 0 y"],
               modules=["veth", "odd"], memory={"flow": "256"},
               packets={"IPv4 hook egress": 400}, versions={"kernel": "6.12"})
    (verdict, _), comparison = verdict_of(new)
    assert verdict == GO, comparison
    told = " ".join(comparison.look)
    for words in ("config limit is 5", "refused by RST", "takes 400", "flow is 256"):
        assert words in told, (words, told)
    titles = [title for title, _ in comparison.tables]
    assert len(titles) == 7, titles
    text = page(report(side(), new, comparison, "today")) + \
        "\n".join(lines(side(), new, comparison))
    for words in ("new bug", "net.ipv4.tcp_sack", "odd", "ip forward 0 y", "6.12"):
        assert words in text, words


def replay_counts():
    good, bad = ([{"file": "a.pcap", "ok": ok, "reason": "an echo"}] for ok in (True, False))
    assert verdict_of(side(replay=good), side(replay=good))[0][0] == GO
    assert verdict_of(side(replay=bad), side(replay=good))[0][0] == NO_GO
    assert verdict_of(side(replay=bad), side(replay=bad))[0][0] == NOT_JUDGED
    assert verdict_of(side(replay=None), side(replay=good))[0][0] == NOT_JUDGED


def tap_is_read_program_by_program():
    programs = read(TAP.splitlines())
    assert programs["echo_restore.sh"].cases == {"on": "ok", "IPv4": "not ok", "GRO": "skip"}
    assert programs["path_nat.sh"].tools == "no command conntrack", programs
    cut = read((TAP + "# selftests: /x: netlink\n# ok 1 begun\n").splitlines())
    assert "guest ended" in cut["netlink"].tools and cut["netlink"].cases == {"begun": "ok"}
    assert set(read((TAP + "a word behind it\n").splitlines())) == set(programs)
    late = read(["# selftests: /x: netlink", "# ok 1 begun",
                 "not ok 1 selftests: /x: netlink # TIMEOUT 900 seconds"])
    assert late["netlink"].tools == "it took too long"


def blame_is_of_one_case():
    programs = read(["# # dump: Test terminated by timeout", "# not ok 1 dump",
                     "# # expected: an echo", "# not ok 2 echo", "not ok 1 selftests: /x: netlink"])
    assert list(programs["netlink"].blamed) == ["dump"], programs
    before = {"netlink": programs["netlink"]._replace(cases={"dump": "ok", "echo": "ok"})}
    (verdict, reasons), comparison = verdict_of(side(suite=programs), side(suite=before))
    assert verdict == NO_GO and len(reasons) == 1 and "echo" in reasons[0], reasons
    assert len(comparison.open) == 1 and "timeout" in comparison.open[0], comparison.open


def program_that_did_not_end_leaves_it_open():
    cut = read(["# selftests: /x: echo_restore.sh", "# ok 1 on"])
    (verdict, reasons), _ = verdict_of(side(suite=cut))
    assert verdict == NOT_JUDGED and "guest ended" in reasons[0], reasons


def what_nft_and_sysctl_say_is_read():
    assert hooks("family ip {\n hook forward {\n  0000000000 chain inet a b [nf_tables]\n"
                 "  -0000000300 x\n }\n}") == \
        ["ip forward 0 chain inet a b [nf_tables]", "ip forward -300 x"]
    assert sysctls("a.b = 1\t2\n") == {"a.b": "1 2"}


CASES = [
    same_on_both_sides_is_go, broken_traffic_is_no_go_with_the_reasons_of_its_judge,
    case_that_fails_now_is_no_go, case_that_failed_before_is_not, tools_of_tests_never_decide,
    program_that_ran_on_one_side_leaves_it_open, side_that_cannot_be_tried_leaves_it_open,
    target_that_does_not_build_is_no_go, silence_is_no_go_ahead,
    feature_that_is_on_by_default_is_no_go, other_differences_are_told_and_decide_nothing,
    replay_counts, tap_is_read_program_by_program,
    blame_is_of_one_case, program_that_did_not_end_leaves_it_open, what_nft_and_sysctl_say_is_read,
]


if __name__ == "__main__":
    sys.exit(run_cases(CASES))
