"""A reform by the operator's command on a deployed stack's database; tests/prove/test_reform.py has the large one."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.address import Address
from tests.reforms import JULY, MARCH, Province, check, map_of, tables_after
from tests.stack.reform_field import Field, moves


@pytest.fixture(scope="module")
def field(stack: Address) -> Iterator[Field]:
    """Tables of this test's own."""
    with Field.of(stack, "a-reform") as made:
        yield made


def test_an_operator_plans_writes_and_moves_and_the_second_time_nothing_is_left(field: Field) -> None:
    cases = list(Province(MARCH, seed=7).cases(60))
    field.seed(cases)
    before = field.cases()
    refused = field.run("infra.reform", JULY, code=1)
    assert "does not fit" in refused, "the reform before it is missing"
    planned = field.run("infra.reform", MARCH)
    assert "would move" in planned
    assert field.cases() == before
    written = field.run("infra.reform", MARCH, "--apply")
    assert "agencies: 366 written" in written
    assert "not done: run again for the last walk" in written
    field.let_hosts_read(MARCH)
    assert field.run("infra.reform", MARCH, "--apply").splitlines()[-1] == "done"
    again = field.run("infra.reform", MARCH, "--apply")
    assert "agencies: 0 written" in again
    assert "moves: 0" in again
    after = field.cases()
    new_map, counted = map_of(tables_after(MARCH), datetime.now(UTC)), Counter[str]()
    for code, case in before.items():
        counted += check(case, after[code], new_map)
    assert counted["moved"] > 0
    assert sum(counted[name] for name in ("moved", "offers", "offers back", "supports")) == moves(planned)
