"""The compiled judgement of one person's line of work: what it breaks, and what it costs.

It judges as the rules of ``hospital.roster_rules`` do; a test holds the two together on lines
drawn at random. Shifts are numbered from 1 in the order of the problem and 0 is a free day; days
run from the first of which anything is known, and those before ``Sheet.past`` are fixed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from scheduling.rosters.kernel import Bools, Floats, Ints, compiled

NONE = -1.0
ONE_SHIFT_MINUTES = 480.0
WEEK_DAYS, FOUR_WEEKS_DAYS = 7, 28
(
    MAX_RUN,
    MAX_NIGHT_RUN,
    OFF_AFTER_NIGHTS,
    WEEK_MINUTES,
    MIN_RUN,
    MIN_OFF,
    MONTH_MINUTES,
    MONTH_NIGHTS,
    MOST_MINUTES,
    LEAST_MINUTES,
    MAX_WEEKENDS,
    MAX_WEEKENDS_IN_A_ROW,
) = range(12)


class Sheet(NamedTuple):
    """What a search by exchanges must know of a roster problem, as arrays.

    ``figures`` (people, 12) are the limits above, negative where there is none. ``too_soon``
    (group, day, lag - 1, shift, later shift) holds rests and successions, ``group`` (people,).
    ``weekend`` (days,) numbers weekends, -1 on weekdays; those before ``first_weekend`` do not
    count for the period. ``amounts`` (burdens, days decided, shifts) add up to what ``low`` and
    ``high`` (burdens, people) bound; one ``unit`` outside costs ``price``. ``cell_points``
    (people, days decided, shifts) is what each entry costs by itself, ``open_cells`` whether it
    may stand there. ``need``, ``short`` and ``surplus`` are (days decided, shifts, skills).
    """

    past: int
    group: Ints
    figures: Floats
    too_soon: Bools
    minutes: Ints
    night: Bools
    leave: Bools
    weekend: Ints
    first_weekend: int
    most_of_shift: Ints
    amounts: Ints
    low: Ints
    high: Ints
    unit: Ints
    price: Floats
    cell_points: Floats
    open_cells: Bools
    skill: Ints
    need: Ints
    short: Floats
    surplus: Floats
    pairs: Ints
    junior: Bools
    ratio: float


@compiled
def broken(line: Ints, person: int, sheet: Sheet) -> float:
    """How far a line is from lawful: 0 if it keeps every rule, about 1 for each it breaks."""
    figures = sheet.figures[person]
    total: float = _rests(line, sheet.group[person], sheet)
    total += _runs(line, figures, sheet.past)
    total += _nights(line, figures, sheet)
    if figures[MIN_RUN] > 1 or figures[MIN_OFF] > 1:
        total += _short_runs(line, person, sheet)
    total += _windows(line, figures, sheet)
    total += _totals(line, person, sheet)
    total += _weekends(line, figures, sheet)
    return total


@compiled
def unfair(line: Ints, person: int, sheet: Sheet) -> float:
    """Points for what lies outside the person's fair bands, the further the dearer.

    The square stands in for the largest deviation of anybody, which one line cannot know.
    """
    points = 0.0
    for burden in range(sheet.amounts.shape[0]):
        carried = 0
        for day in range(sheet.amounts.shape[1]):
            carried += sheet.amounts[burden, day, line[sheet.past + day]]
        outside = max(sheet.low[burden, person] - carried, carried - sheet.high[burden, person], 0)
        if outside > 0:
            excess = -(-outside // sheet.unit[burden])
            points += sheet.price[burden] * excess * (1.0 + 0.25 * excess)
    return points


@compiled
def _rests(line: Ints, group: int, sheet: Sheet) -> float:
    found = 0.0
    lags = sheet.too_soon.shape[2]
    for day in range(line.size):
        if line[day]:
            for lag in range(1, min(lags, line.size - 1 - day) + 1):
                later = line[day + lag]
                if later and day + lag >= sheet.past:
                    found += sheet.too_soon[group, day, lag - 1, line[day], later]
    return found


@compiled
def _runs(line: Ints, figures: Floats, past: int) -> float:
    if figures[MAX_RUN] < 0:
        return 0.0
    found, run = 0.0, 0
    for day in range(line.size):
        run = run + 1 if line[day] else 0
        if run > figures[MAX_RUN] and day >= past:
            found += 1
    return found


@compiled
def _nights(line: Ints, figures: Floats, sheet: Sheet) -> float:
    """Nights in a row, and the days off after a run of them."""
    found, run, since = 0.0, 0, 1 << 20
    for day in range(line.size):
        is_night = sheet.night[line[day]]
        if line[day] and day >= sheet.past and 0 < since <= figures[OFF_AFTER_NIGHTS]:
            found += not (is_night and since == 1)
        run = run + 1 if is_night else 0
        since = 1 if is_night else since + 1
        if figures[MAX_NIGHT_RUN] >= 0 and run > figures[MAX_NIGHT_RUN] and day >= sheet.past:
            found += 1
    return found


@compiled
def _short_runs(line: Ints, person: int, sheet: Sheet) -> float:
    found, first = 0.0, 0
    for day in range(1, line.size):
        if (line[day] > 0) == (line[first] > 0):
            continue
        least = sheet.figures[person, MIN_RUN if line[first] else MIN_OFF]
        if first > 0 and day - first < least and day >= sheet.past:
            excused = False
            for near in range(first - 1, day + 1):
                excused = excused or sheet.leave[person, near]
            found += 0 if excused else 1
        first = day
    return found


@compiled
def _windows(line: Ints, figures: Floats, sheet: Sheet) -> float:
    """Hours of seven days, hours and nights of four weeks."""
    found = 0.0
    week, month, nights = 0, 0, 0
    for day in range(line.size):
        worked = sheet.minutes[day, line[day]]
        week += worked
        month += worked
        nights += sheet.night[line[day]]
        if day >= WEEK_DAYS:
            week -= sheet.minutes[day - WEEK_DAYS, line[day - WEEK_DAYS]]
        if day >= FOUR_WEEKS_DAYS:
            month -= sheet.minutes[day - FOUR_WEEKS_DAYS, line[day - FOUR_WEEKS_DAYS]]
            nights -= sheet.night[line[day - FOUR_WEEKS_DAYS]]
        if day < sheet.past or not line[day]:
            continue
        if figures[WEEK_MINUTES] >= 0 and week > figures[WEEK_MINUTES]:
            found += 1
        if figures[MONTH_MINUTES] >= 0 and month > figures[MONTH_MINUTES]:
            found += 1
        if figures[MONTH_NIGHTS] >= 0 and nights > figures[MONTH_NIGHTS] and sheet.night[line[day]]:
            found += 1
    return found


@compiled
def _totals(line: Ints, person: int, sheet: Sheet) -> float:
    """Hours of the period and numbers of each shift; further outside counts more."""
    worked = 0
    starts = np.zeros(sheet.night.size, np.int64)
    for day in range(sheet.past, line.size):
        worked += sheet.minutes[day, line[day]]
        starts[line[day]] += 1
    figures = sheet.figures[person]
    found: float = max(0.0, figures[LEAST_MINUTES] - worked) / ONE_SHIFT_MINUTES
    if figures[MOST_MINUTES] >= 0:
        found += max(0.0, worked - figures[MOST_MINUTES]) / ONE_SHIFT_MINUTES
    for shift in range(1, starts.size):
        found += max(0, starts[shift] - sheet.most_of_shift[person, shift])
    return found


@compiled
def _weekends(line: Ints, figures: Floats, sheet: Sheet) -> float:
    """Weekends of the period and weekends in a row."""
    if figures[MAX_WEEKENDS] < 0 and figures[MAX_WEEKENDS_IN_A_ROW] < 0:
        return 0.0
    found, last, run, worked = 0.0, -2, 0, 0
    for day in range(line.size):
        weekend = sheet.weekend[day]
        if weekend < 0 or not line[day] or weekend == last:
            continue
        run = run + 1 if weekend == last + 1 else 1
        last = weekend
        worked += weekend >= sheet.first_weekend
        if day >= sheet.past:
            found += 0 <= figures[MAX_WEEKENDS] < worked
            found += 0 <= figures[MAX_WEEKENDS_IN_A_ROW] < run
    return found
