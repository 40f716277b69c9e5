"""Which group of the staff pool has which right."""

import pytest

from chalicelib.core.staff import MAY, Group, Right, may


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
        (("administrator",), {Right.LOOK_UP, Right.ADMINISTER}),
        (("leader", "auditor"), {Right.READ, Right.AUDIT, Right.LOOK_UP}),
        (("dispatchers", "DISPATCHER"), set()),
    ],
)
def test_a_right_comes_with_a_group(groups: tuple[str, ...], rights: set[Right]) -> None:
    assert {right for right in Right if may(groups, right)} == rights
