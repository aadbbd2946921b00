"""Passwords, lockout, small cells, and a table in which nobody has every action."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.access import MAY, Action, Person
from governance.decision import DECIDES, Role
from governance.lockout import FREE_TRIES, LONGEST_WAIT, closed_until
from governance.masking import SMALLEST_SHOWN, coarse, masked
from governance.passwords import hashed, is_right
from governance.pseudonym import pseudonym
from hospital.errors import GstError

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(("role", "action"), list(product(Role, Action)))
def test_each_role_may_do_what_the_table_says_and_nothing_else(role: Role, action: Action) -> None:
    person = Person(name="Amina", role=role)
    if action in MAY[role]:
        person.require(action)
    else:
        with pytest.raises(GstError, match="not_allowed"):
            person.require(action)


def test_duties_are_kept_apart() -> None:
    assert set(MAY) == set(Role)
    for role in Role:
        assert MAY[role] < set(Action)
        assert not {Action.DECIDE, Action.MANAGE_ACCOUNTS} <= MAY[role]
        assert not {Action.REGISTER_MODEL, Action.PROMOTE_MODEL} <= MAY[role]
        assert not {Action.DECIDE, Action.PURGE} <= MAY[role]
    assert MAY[Role.AUDITOR] == {Action.READ, Action.READ_AUDIT}
    deciders = {role for roles in DECIDES.values() for role in roles}
    assert all(Action.DECIDE in MAY[role] for role in deciders)
    assert set().union(*MAY.values()) == set(Action)


def test_somebody_of_one_hospital_is_not_of_another_nor_of_the_group() -> None:
    person = Person(name="Amina", role=Role.SCHEDULER, hospitals=frozenset({"CHR-KEN"}))
    person.require_hospital("CHR-KEN")
    for other in ("HP-SEA", None):
        with pytest.raises(GstError, match="other_hospital"):
            person.require_hospital(other)
    person.but(hospitals=frozenset()).require_hospital(None)


def test_a_password_fits_its_own_hash_only() -> None:
    one, other = hashed("une phrase assez longue é"), hashed("une phrase assez longue é")
    assert one != other
    assert is_right("une phrase assez longue é", one)
    assert not is_right("une phrase assez longue e", one)
    assert "phrase" not in one


@pytest.mark.parametrize("password", ["", "short", "x" * 11, "x" * 257])
def test_a_password_is_neither_short_nor_endless(password: str) -> None:
    with pytest.raises(GstError, match="password_length"):
        hashed(password)


@pytest.mark.parametrize(
    "kept", ["", "scrypt", "scrypt$1$1$1$00$00", "scrypt$x$8$3$00$00", "argon2$1$2$3$4$5",
             "scrypt$1073741824$8$3$00$00", "scrypt$32768$8$3$zz$zz", "scrypt$32768$0$3$00$00"]
)  # fmt: skip
def test_a_hash_that_cannot_be_read_fits_nothing(kept: str) -> None:
    assert not is_right("une phrase assez longue", kept)


def test_five_tries_are_free_and_then_the_wait_doubles() -> None:
    assert closed_until(FREE_TRIES - 1, NOW) is None
    waits = [closed_until(FREE_TRIES + more, NOW) for more in range(30)]
    lengths = [wait - NOW for wait in waits if wait is not None]
    assert lengths[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert lengths == sorted(lengths)
    assert lengths[-1] == LONGEST_WAIT


def test_a_single_small_cell_takes_another_with_it() -> None:
    assert masked({"a": 40, "b": 3, "c": 12}) == {"a": 40, "b": None, "c": None}
    assert masked({"a": 40, "b": 30}) == {"a": 40, "b": 30}
    assert masked({"a": 4, "b": 3, "c": 12}) == {"a": None, "b": None, "c": 12}
    assert masked({"a": 1}) == {"a": None}
    assert masked({"a": 0, "b": 9}) == {"a": 0, "b": 9}


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 60), max_size=8))
def test_the_total_gives_no_small_cell_away(counts: dict[str, int]) -> None:
    shown = masked(counts)
    hidden = [counts[name] for name, count in shown.items() if count is None]
    assert all(count is None or count == counts[name] for name, count in shown.items())
    assert all(not 0 < count < SMALLEST_SHOWN for count in shown.values() if count is not None)
    others = [count for count in shown.values() if count]
    assert len(hidden) != 1 or not others


def test_a_day_leaves_as_its_month_and_a_number_as_its_pseudonym() -> None:
    assert coarse(date(2026, 11, 23)) == "2026-11"
    key = b"k" * 16
    assert pseudonym(key, "Patient", "12") == pseudonym(key, "Patient", "12")
    assert pseudonym(key, "Patient", "12") != pseudonym(key, "Staff", "12")
    assert pseudonym(key, "Patient", "12") != pseudonym(b"j" * 16, "Patient", "12")
    with pytest.raises(ValueError, match="16 bytes"):
        pseudonym(b"short", "Patient", "12")
