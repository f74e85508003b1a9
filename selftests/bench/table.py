# SPDX-License-Identifier: GPL-2.0
"""The table of what was measured, and the budget that it is to keep."""

import json
import os
import re


LIMIT = re.compile(r"(?:([\d.]+): )?(\w+ .*)")


def budget(path):
    """The limits that this kernel has: {(name, peer if any): most}."""
    limits = {}
    with open(path, encoding="ascii") as file:
        for kernel, limit in (m.groups() for m in map(LIMIT.match, file) if m):
            if not kernel or os.uname().release.startswith(kernel + "."):
                name, most, *peer = limit.split()
                limits[name, *peer] = most
    return limits


class Table:
    """Rows, by name, printed as they come."""

    def __init__(self):
        self.rows = {}

    @staticmethod
    def head(title):
        """A group of rows."""
        print(f"\n{title:46} {'total':>10} {'above zero':>10}", flush=True)

    def add(self, name, title, total, zero=None, peers=()):
        """One row; of the others by name, its zero point and its peers."""
        above = total - self.rows[zero]["total"] if zero else total
        row = {"title": title, "total": round(total, 1),
               "above": round(above, 1)}
        self.rows[name] = row
        row["ratios"] = {p: round(self.ratio(name, p), 3) for p in peers
                         if p in self.rows}
        print(f"{title:46} {total:10.0f} {f'{above:.0f}' if zero else '':>10}",
              *(f"  {ratio:.2f} {p}" for p, ratio in row["ratios"].items()),
              flush=True)

    def ratio(self, name, peer):
        """What one costs as a multiple of what another does."""
        return self.rows[name]["above"] / self.rows[peer]["above"]

    def save(self, path):
        """All of it as JSON."""
        with open(path, "w", encoding="ascii") as file:
            json.dump(self.rows, file, indent=1)

    def over_budget(self, path, whole=True):
        """Prints what is above the budget; whether anything is. What was not
        measured is, too, where the table is to be whole."""
        over = False
        print("")
        for (name, *peer), most in budget(path).items():
            missing = [n for n in [name] + peer if n not in self.rows]
            if missing:
                if whole:
                    over = True
                    print(f"over budget: {missing[0]} was not measured")
                continue
            got = self.ratio(name, *peer) if peer else \
                self.rows[name]["above"]
            if got > float(most):
                over = True
            print(f"{'over budget' if got > float(most) else 'within budget'}:"
                  f" {name} {got:.{2 if peer else 0}f}, {most} allowed",
                  *(f"times {p}" for p in peer), flush=True)
        return over
