"""The stays of the history, out of the log of the bed board."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

import numpy as np
import numpy.typing as npt
import pandas as pd

from hospital.history import StayOutcome
from hospital.places import Hospital
from hospital.streams import stream_key
from hospital.tables import Col
from hospital.theatre import Sex
from scenarios.demo.bed_board import STILL_THERE, BedBoard, StayLog
from scenarios.demo.care_map import CareMap
from scenarios.demo.episodes import AGES, KINDS, TRANSFER, Episodes
from scenarios.demo.flows import MINUTES_PER_DAY
from scenarios.demo.period import WARMUP_DAYS, Ints, Period

OWN_PROVINCE_SHARE = 0.85
OUTCOMES = tuple(StayOutcome)
NO_HOSPITAL = -1


@dataclass(frozen=True, slots=True)
class PlayedStays:
    """Stays as numbers, warm-up included; minutes count from the start of the warm-up.

    ``end`` is −1 for the patients still present, ``hospital`` the index of the hospital.
    """

    episode: Ints
    leg: Ints
    bed: Ints
    unit: Ints
    hospital: Ints
    start: Ints
    end: Ints
    refused: int

    @classmethod
    def from_log(cls, log: StayLog, care: CareMap) -> "PlayedStays":
        """The log as arrays."""
        hospitals = list(dict.fromkeys(unit.hospital for unit in care.units))
        numbers = np.array([hospitals.index(unit.hospital) for unit in care.units])
        bed = np.array(log.bed)
        unit = care.bed_unit[bed]
        columns = (np.array(each) for each in (log.episode, log.leg, log.start, log.end))
        episode, leg, start, end = columns
        return cls(episode, leg, bed, unit, numbers[unit], start, end, log.refused)


def play(care: CareMap, episodes: Episodes, period: Period) -> PlayedStays:
    """Every stay of the period, each in a bed of its own."""
    log = BedBoard(care, episodes).run(period.days * MINUTES_PER_DAY)
    return PlayedStays.from_log(log, care)


@dataclass(frozen=True, slots=True)
class StayTable:
    """What it takes to write the stays table out of the played stays."""

    played: PlayedStays
    episodes: Episodes
    care: CareMap
    hospitals: tuple[Hospital, ...]

    def frame(self, period: Period, seed: int) -> pd.DataFrame:
        """The stays that began in the history, in the order of admission."""
        played, people = self.played, self.episodes
        keep = np.flatnonzero(played.start >= WARMUP_DAYS * MINUTES_PER_DAY)
        episode = played.episode[keep]
        origin = np.datetime64(datetime.combine(period.first_day, time()), "us")
        provinces = np.array([hospital.province for hospital in self.hospitals])
        return pd.DataFrame(
            {
                Col.PATIENT: _patient_codes(episode),
                Col.UNIT: _text([each.unit for each in self.care.units], played.unit[keep]),
                Col.BED: _text([each.bed for each in self.care.beds], played.bed[keep]),
                Col.ADMITTED_AT: _moments(origin, played.start[keep]),
                Col.LEFT_AT: _moments(origin, played.end[keep]),
                Col.KIND: _text(KINDS, self._kinds()[keep]),
                Col.SEX: _text((Sex.MALE, Sex.FEMALE), people.is_female[episode].astype(int)),
                Col.AGE_GROUP: _text(AGES, people.age[episode]),
                Col.PROVINCE: _text(provinces, self._provinces(provinces, seed)[episode]),
                Col.OUTCOME: _text(OUTCOMES, self._outcomes()[keep]),
            }
        )

    def _kinds(self) -> Ints:
        """The kind of the episode on its first leg at home; a transfer on every other."""
        played, people = self.played, self.episodes
        is_first = (played.leg == 0) & (played.hospital == people.home[played.episode])
        return np.where(is_first, people.kind[played.episode], TRANSFER)

    def _outcomes(self) -> Ints:
        played, people = self.played, self.episodes
        following = self._next_hospital()
        moved = np.where(
            following == played.hospital,
            OUTCOMES.index(StayOutcome.MOVED),
            OUTCOMES.index(StayOutcome.TRANSFERRED),
        )
        last = np.where(
            people.dies[played.episode],
            OUTCOMES.index(StayOutcome.DIED),
            OUTCOMES.index(StayOutcome.HOME),
        )
        ended = np.where(following == NO_HOSPITAL, last, moved)
        return np.where(played.end == STILL_THERE, OUTCOMES.index(StayOutcome.PRESENT), ended)

    def _next_hospital(self) -> Ints:
        """The hospital of the next stay of the same episode, or ``NO_HOSPITAL``."""
        played = self.played
        order = np.lexsort((played.leg, played.episode))
        episode, hospital = played.episode[order], played.hospital[order]
        following = np.full(len(order), NO_HOSPITAL)
        has_next = np.flatnonzero(episode[:-1] == episode[1:])
        following[order[has_next]] = hospital[has_next + 1]
        return following

    def _provinces(self, provinces: np.ndarray, seed: int) -> Ints:
        """Most patients live in the province of the hospital, the others anywhere."""
        rng = np.random.default_rng(stream_key(seed, "provinces"))
        count = len(self.episodes)
        others = rng.integers(0, len(provinces), count)
        return np.where(rng.random(count) < OWN_PROVINCE_SHARE, self.episodes.home, others)


def _patient_codes(episode: Ints) -> pd.Series:
    return pd.Series([f"P{number:07d}" for number in episode.tolist()], dtype="str")


def _text(words: Sequence[str] | np.ndarray, numbers: Ints) -> pd.Series:
    """A text column that holds ``words[number]`` for each number."""
    return pd.Series(pd.array([str(word) for word in words], dtype="str").take(numbers))


def _moments(origin: np.datetime64, minutes: Ints) -> npt.NDArray[np.datetime64]:
    moments = origin + minutes.astype("timedelta64[m]")
    moments[minutes == STILL_THERE] = np.datetime64("NaT")
    return moments
