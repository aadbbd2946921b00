"""An independent reading of the Curtois–Qu format: what a roster costs and what it breaks.

Written from the format's own description and sharing no line with the project, so that a mistake
of the reader or the scorer in ``scheduling.rosters`` shows here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

Roster = Mapping[str, Sequence[str]]


class Scorer:
    """One instance file and its rules."""

    def __init__(self, path: Path) -> None:
        self.rows: dict[str, list[list[str]]] = {}
        name = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("SECTION_"):
                name = line.strip().removeprefix("SECTION_")
            elif line.strip() and not line.startswith("#"):
                self.rows.setdefault(name, []).append(line.strip().split(","))
        self.days = int(self.rows["HORIZON"][0][0])
        self.minutes = {row[0]: int(row[1]) for row in self.rows["SHIFTS"]}

    def cost(self, roster: Roster) -> int:
        """Wishes refused, and each person fewer or more than wanted, by their weights."""
        total = 0
        for name, granted in (("SHIFT_ON_REQUESTS", True), ("SHIFT_OFF_REQUESTS", False)):
            for person, day, shift, weight in self.rows.get(name, ()):
                total += int(weight) * ((roster[person][int(day)] == shift) is not granted)
        for day, shift, wanted, under, over in self.rows["COVER"]:
            there = sum(1 for line in roster.values() if line[int(day)] == shift)
            short = int(wanted) - there
            total += short * int(under) if short > 0 else -short * int(over)
        return total

    def faults(self, roster: Roster) -> list[str]:
        """Every hard rule that the roster breaks, in words."""
        found = []
        for row in self.rows["STAFF"]:
            line = roster[row[0]]
            found += [f"{row[0]}: {fault}" for fault in self._faults_of(row, line)]
        for person, *days in self.rows.get("DAYS_OFF", ()):
            found += [f"{person} works on day off {d}" for d in days if roster[person][int(d)]]
        return found

    def _faults_of(self, row: Sequence[str], line: Sequence[str]) -> list[str]:
        most_minutes, least_minutes, longest, shortest, rest, weekends = map(int, row[2:8])
        worked = sum(self.minutes[shift] for shift in line if shift)
        pattern = "".join("x" if shift else "." for shift in line)
        used = sum("x" in pattern[saturday : saturday + 2] for saturday in range(5, self.days, 7))
        inside = re.findall(r"(?<=\.)x+(?=\.)", pattern)
        off = re.findall(r"(?<=x)\.+(?=x)", pattern)
        held = {
            "days": len(line) == self.days,
            "minutes": least_minutes <= worked <= most_minutes,
            "long run": "x" * (longest + 1) not in pattern,
            "short run": all(len(run) >= shortest for run in inside),
            "short rest": all(len(run) >= rest for run in off),
            "weekends": used <= weekends,
            "shifts": all(
                list(line).count(part.split("=")[0]) <= int(part.split("=")[1])
                for part in row[1].split("|")
            ),
            "successions": not any(
                tomorrow in follow.split("|")
                for shift, _, follow in self.rows["SHIFTS"]
                for today, tomorrow in pairwise(line)
                if today == shift and tomorrow
            ),
        }
        return [rule for rule, is_kept in held.items() if not is_kept]
