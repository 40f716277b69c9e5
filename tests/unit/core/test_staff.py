"""Which group of the staff pool has which right."""

import pytest

from chalicelib.core.staff import MAY, Group, Right, may, supplies


def test_every_right_is_somebody_s_and_every_group_has_one() -> None:
    assert MAY.keys() == set(Right)
    assert all(MAY.values())
    assert frozenset().union(*MAY.values()) == set(Group)


@pytest.mark.parametrize(
    ("groups", "rights"),
    [
        ((), set()),
        (("editor",), set()),
        (("dispatcher",), {Right.READ, Right.DECIDE, Right.LOOK_UP}),
        (("leader",), {Right.READ, Right.LOOK_UP}),
        (("auditor",), {Right.AUDIT, Right.LOOK_UP}),
        (("administrator",), {Right.LOOK_UP, Right.ADMINISTER, Right.SUPPLY}),
        (("supplier", "unit-so-y-te"), {Right.SUPPLY}),
        (("unit-so-y-te",), set()),
        (("leader", "auditor"), {Right.READ, Right.AUDIT, Right.LOOK_UP}),
        (("dispatchers", "DISPATCHER"), set()),
    ],
)
def test_a_right_comes_with_a_group(groups: tuple[str, ...], rights: set[Right]) -> None:
    assert {right for right in Right if may(groups, right)} == rights


@pytest.mark.parametrize(
    ("groups", "may_supply"),
    [
        (("supplier", "unit-so-y-te"), True),
        (("unit-so-y-te", "supplier", "leader"), True),
        (("administrator",), True),
        (("supplier",), False),
        (("unit-so-y-te",), False),
        (("supplier", "unit-so-y-te-2"), False),
        (("supplier", "unit-so-giao-duc"), False),
        (("supplier", "so-y-te"), False),
    ],
)
def test_a_supplier_uploads_for_the_units_in_whose_groups_he_is_and_an_administrator_for_all(
    groups: tuple[str, ...], may_supply: bool
) -> None:
    assert supplies(groups, "so-y-te") is may_supply
