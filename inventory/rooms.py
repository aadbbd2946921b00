"""Room for an order: the refrigerators and shelves of each hospital, filled where it helps most.

A room is limited where the hospital's litres are given; a medicine counts where its own are. What
lies there when the order arrives, and what has come by then, takes its part first, in the mean.
In a room that is too small packs go where a litre avoids most shortage, vital floors first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from hospital.gst import Gst
from hospital.pharmacy import Storage
from hospital.stock_plan import StorageRoom
from inventory.allocation import Ladder, allocate
from inventory.need import Need

RoomKey = tuple[str, Storage]


def limits_of(gst: Gst) -> dict[RoomKey, float]:
    """Litres of every room that has a limit."""
    found: dict[RoomKey, float] = {}
    for row in gst.hospitals:
        rooms = {Storage.COLD: row.cold_litres, Storage.AMBIENT: row.shelf_litres}
        found |= {
            (row.hospital, kind): litres for kind, litres in rooms.items() if litres is not None
        }
    return found


def room_of(need: Need) -> RoomKey:
    """Where a medicine of a hospital lies."""
    return need.holding.hospital, need.holding.medicine.storage


def rooms_of(gst: Gst, needs: Sequence[Need]) -> tuple[StorageRoom, ...]:
    """Every limited room with what it will hold when an order of today arrives."""
    taken: dict[RoomKey, float] = defaultdict(float)
    for need in needs:
        taken[room_of(need)] += _units_there(need) * (need.holding.medicine.unit_litres or 0.0)
    return tuple(
        StorageRoom(
            hospital=hospital,
            storage=storage,
            litres=litres,
            taken_litres=taken[hospital, storage],
        )
        for (hospital, storage), litres in limits_of(gst).items()
    )


def _units_there(need: Need) -> float:
    """Stock and deliveries still unused when the order arrives, in the mean [units]."""
    arrival = need.interval.arrival_days
    left = need.shelf.left_units(arrival)
    there = [
        float((units * ((arrival >= supply.arrives_day) & (arrival < supply.expires_day))).mean())
        for supply, units in zip(need.shelf.supplies, left, strict=True)
    ]
    return sum(there)


def packs_that_fit(
    needs: Sequence[Need], ladders: Sequence[Ladder], rooms: Sequence[StorageRoom]
) -> list[int]:
    """Most packs of each ladder for which there is room, whatever the money."""
    most = [int(ladder.packs.max(initial=0)) for ladder in ladders]
    for room in rooms:
        here = [
            at
            for at, need in enumerate(needs)
            if room_of(need) == (room.hospital, room.storage)
            and need.holding.medicine.unit_litres is not None
        ]
        by_litre = [replace(ladders[at], pack_cost_mad=_pack_litres(needs[at])) for at in here]
        found = allocate(by_litre, room.free_litres)
        for at, packs in zip(here, found.packs.tolist(), strict=True):
            most[at] = packs
    return most


def _pack_litres(need: Need) -> float:
    litres = need.holding.medicine.unit_litres
    assert litres is not None  # only medicines with a volume are asked
    return litres * need.offer.pack_units


def shortened(ladder: Ladder, packs: int) -> Ladder:
    """The rungs of a ladder up to so many packs."""
    kept = ladder.packs <= packs
    returned = None if ladder.returned is None else ladder.returned[kept]
    return replace(
        ladder, packs=ladder.packs[kept], gain_mad=ladder.gain_mad[kept], returned=returned
    )
