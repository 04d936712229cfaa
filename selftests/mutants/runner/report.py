# SPDX-License-Identifier: GPL-2.0-only
"""The table of what killed which mutant."""


def clock(seconds):
    return f"{int(seconds) // 60:3d}:{int(seconds) % 60:02d}"


def in_words(result):
    if result["verdict"] == "killed":
        return f"killed by {result['program']}: {result['case']}"
    if result["verdict"] == "invalid":
        return "INVALID: " + result["why"]
    if not result["tried"]:
        return "SURVIVED, as nothing was tried"
    odd = f" ({', '.join(result['odd'])})" if result["odd"] else ""
    return f"SURVIVED {len(result['tried'])} programs{odd}"


def tell(mutants, results, to=None):
    """Prints it, and returns an exit status"""
    counts = {"killed": 0, "survived": 0, "invalid": 0}
    width = max(len(one.name) for one in mutants)
    ordered = sorted(mutants, key=lambda one: (results[one.name]["verdict"] != "killed", one.name))
    print(file=to)
    for one in ordered:
        result = results[one.name]
        counts[result["verdict"]] += 1
        if result["verdict"] == "killed":
            print(f"{one.name:{width}}  {result['program']:22}  {result['case']}", file=to)
        else:
            print(f"{one.name:{width}}  {in_words(result)}", file=to)
            print(f"{'':{width}}  the bug: {one.subject}", file=to)
    print(", ".join(f"{count} {verdict}" for verdict, count in counts.items()), file=to, flush=True)
    return 0 if counts["killed"] == len(mutants) else 1
