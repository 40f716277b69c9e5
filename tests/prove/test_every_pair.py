"""Every action in every status by every actor, over HTTP: carried out as TRANSITIONS says, else refused and nothing changed."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

import app  # noqa: F401 - registers every route
from chalicelib.feedback.lifecycle import PARTY_KINDS, TRANSITIONS, Action, Guard, Party, Status, Transition
from chalicelib.runtime.http import ENDPOINTS
from tests.address import Address
from tests.builders import feedback, in_progress, new_code
from tests.stack.authorisation import STAFF, into_another, signing_code
from tests.stack.document import DOCUMENT
from tests.stack.matters import OTHER_AGENCY, REASON, RESULT, TEXT
from tests.stack.people import Answer
from tests.stack.roles import OF_AGENCIES, Cast, Role
from tests.stack.scenes import TEXTS, Scene, scenes

POLICE = "ca-04252"  # neither holds nor supports any of the scenes
LATER = (datetime.now(UTC) + timedelta(days=60)).date().isoformat()
# The first of an action's bodies is used where it is refused; all where it is carried out.
BODIES: dict[Action, list[dict[str, Any]]] = {
    Action.REPLY: [{"text": TEXT}],
    Action.WITHDRAW: [{"reason": ""}],
    Action.RATE: [
        {"rating": "satisfied"},
        {"rating": "acceptable"},
        {"rating": "unsatisfied", "reason": "Ổ gà vẫn còn nguyên."},
    ],
    Action.APPEAL: [{"reason": REASON}],
    Action.ACCEPT: [{}],
    Action.ASK: [{"question": "Ổ gà ở phía bên nào của cổng trường?"}],
    Action.HAND_OVER: [{"agency": OTHER_AGENCY, "reason": REASON}],
    Action.GIVE_BACK: [{"reason": REASON}],
    Action.EXTEND: [{"until": LATER, "reason": REASON}],
    Action.ANSWER: [{"result": RESULT}],
    Action.SUBMIT_APPROVAL: [{"result": RESULT}],
    Action.APPROVE: [{"code": "000000"}],
    Action.RETURN: [{"reason": REASON}],
    Action.CONTRIBUTE: [{"text": TEXT}],
    Action.ASSIGN: [{"agency": OTHER_AGENCY}],
    Action.REFUSE: [{"reason_code": "out_of_scope"}],
    Action.PUBLISH: [{}],
    Action.MERGE: [{"into": new_code(), "reason": REASON}],
    Action.SPLIT: [{"parts": [{"category": category, "text": TEXT} for category in ("duong_sa", "rac_thai")]}],
    Action.SUPPORT: [{"agency": POLICE}],
    Action.GRANT: [{"reason": REASON}, {"until": LATER, "reason": REASON}],
    Action.DENY: [{"reason": REASON}],
    Action.HIDE: [{"reason": REASON}],
    Action.UNHIDE: [{"reason": REASON}],
    Action.SEAL: [{"reason": REASON}],
}
DOORS = ("/v1/feedback/{code}", "/v1/work/{token}", "/v1/centre/feedback/{code}")
ROUTES = {
    action: f"{door}/{action}"
    for action in Action
    for door in DOORS
    if any((spec.method, spec.path) == ("POST", f"{door}/{action}") for spec in ENDPOINTS)
}
# What time does and what becomes of an agency that ends: nobody can call it.
OF_THE_SOFTWARE = {
    Action.SUBMIT, Action.QUEUE, Action.TIME_OUT, Action.CLOSE, Action.LAPSE, Action.REMIND, Action.WARN, Action.BREACH,
    Action.ESCALATE, Action.CLIMB, Action.RESCHEDULE, Action.TRANSFER,
}  # fmt: skip
OWN_DOOR = {role: DOORS[1] if role in OF_AGENCIES else DOORS[2] if role in STAFF else DOORS[0] for role in Role}
REOPENED_TWICE = "answered, reopened twice"  # a third unsatisfied rating closes
LINK_LIVES = frozenset({Status.ASSIGNED, Status.IN_PROGRESS, Status.WAITING, Status.AWAITING_APPROVAL, Status.ANSWERED})
PARTIES = {
    Role.REPORTER: Party.REPORTER, Role.HOLDER: Party.HOLDER, Role.HEAD: Party.HEAD, Role.SUPPORTER: Party.SUPPORTER,
    Role.RECEIVER: Party.RECEIVER, Role.DISPATCHER: Party.CENTRE,
}  # fmt: skip


@pytest.fixture(scope="module")
def cast(stack: Address) -> Cast:
    """Everybody."""
    return Cast.gather(stack)


@pytest.fixture(scope="module")
def tally(proven: Callable[[str, str], None]) -> Iterator[Counter[Any]]:
    """How many were `carried out`, and how many refused with which status."""
    counted: Counter[Any] = Counter()
    yield counted
    refused = {status: times for status, times in sorted(counted.items(), key=str) if isinstance(status, int)}
    told = ", ".join(f"{times} × {status}" for status, times in refused.items())
    proven(
        "e",
        f"{counted['carried out'] + sum(refused.values())} pairs of status × action × actor over HTTP, "
        f"{counted['carried out']} carried out, {sum(refused.values())} refused ({told}) and nothing changed",
    )


SCENES = [scene.name for scene in scenes("nobody")]


def numbers(scene: Scene) -> dict[Role, int]:
    return {
        Role.HOLDER: scene.holder, Role.HEAD: scene.holder, Role.SUPPORTER: scene.supporter, Role.RECEIVER: scene.receiver,
        Role.FORMER: scene.former,
    }  # fmt: skip


def present(scene: Scene) -> list[Role]:
    """Who there is: an agency is only what it has a link for."""
    given = numbers(scene)
    return [role for role in Role if given.get(role, 1)]


def possible(scene: Scene, role: Role) -> dict[Action, list[Transition]]:
    """What the table lets this role do, in its order."""
    found: dict[Action, list[Transition]] = {}
    for row in TRANSITIONS:
        if row.party is PARTIES.get(role) and scene.case.status in row.sources and row.guard not in scene.blocked:
            found.setdefault(row.action, []).append(row)
    return found


def refusal(scene: Scene, role: Role, action: Action) -> int:
    """With what status an action is refused that is not carried out."""
    if action not in ROUTES:
        return 404
    door = ROUTES[action].removesuffix(f"/{action}")
    if door == DOORS[1]:
        if role not in (Role.HOLDER, Role.HEAD, Role.SUPPORTER, Role.RECEIVER):
            return 410 if role is Role.FORMER else 404
        return 409 if scene.case.status in LINK_LIVES else 410
    if OWN_DOOR[role] != door or role is Role.ANONYMOUS:
        return 401
    if role in STAFF - {Role.DISPATCHER}:
        return 403
    # Of a sealed case nobody is the reporter any more.
    return 404 if role is Role.OTHER_CITIZEN or (role, scene.name) == (Role.REPORTER, "sealed") else 409


def again(scene: Scene, role: Role, action: Action) -> bool:
    """Whether this completes a sealing that died, or changes nothing (tests/stack/test_sealed.py)."""
    return (scene.case.status, role, action) == (Status.SEALED, Role.DISPATCHER, Action.SEAL)


def documented(action: Action, status: int) -> bool:
    """Whether the served document says that the action's route may answer so."""
    return action not in ROUTES or str(status) in DOCUMENT["paths"][ROUTES[action]]["post"]["responses"]


def send(cast: Cast, scene: Scene, role: Role, action: Action, body: dict[str, Any]) -> Answer:
    path = ROUTES.get(action, f"{OWN_DOOR[role]}/{action}")
    return cast.send(role, "POST", path, scene.case.code, numbers(scene), body)


@pytest.mark.parametrize("name", SCENES)
def test_what_the_table_does_not_allow_is_refused_and_changes_nothing(
    cast: Cast, name: str, tally: Counter[Any]
) -> None:
    scene = next(scene for scene in scenes(cast.accounts[Role.REPORTER]) if scene.name == name)
    cast.shelf.put(scene.case, TEXTS)
    before = cast.shelf.kept(scene.case.code)
    for role in present(scene):
        allowed = possible(scene, role)
        for action in [action for action in Action if action not in allowed and not again(scene, role, action)]:
            answer = send(cast, scene, role, action, BODIES.get(action, [{}])[0])
            assert answer.status == refusal(scene, role, action), (name, role, action, answer)
            assert answer.body["status"] == answer.status
            assert documented(action, answer.status), (action, answer.status)
            if answer.status == 409:
                assert answer.body["next_actions"] == list(allowed), (name, role, action, answer)
            assert cast.shelf.kept(scene.case.code) == before, (name, role, action)
            tally[answer.status] += 1


@pytest.mark.parametrize("name", SCENES)
def test_what_the_table_allows_is_carried_out_as_it_says(cast: Cast, name: str, tally: Counter[Any]) -> None:
    scene = next(scene for scene in scenes(cast.accounts[Role.REPORTER]) if scene.name == name)
    for role in present(scene):
        for action, rows in possible(scene, role).items():
            reached = {carry_out(cast, scene.again(), role, action, body) for body in BODIES[action]}
            tally["carried out"] += len(BODIES[action])
            targets = {target for row in rows for target in row.targets or {scene.case.status}}
            if (name, action) == (REOPENED_TWICE, Action.RATE):
                targets = {Status.CLOSED}
            assert reached == targets, (name, role, action)


def carry_out(cast: Cast, scene: Scene, role: Role, action: Action, body: dict[str, Any]) -> Status:
    """The status that an allowed action led to, once its entry is found to be the only one added."""
    before = scene.case
    cast.shelf.put(before, TEXTS)
    if action is Action.APPROVE:
        body = dict(signing_code(cast, before.code))
    if before.merged_into:
        cast.shelf.put(replace(in_progress(feedback()), code=before.merged_into), {})
    if action is Action.MERGE:
        body = dict(into_another(cast.stack))
    answer = send(cast, scene, role, action, body)
    assert (answer.status, documented(action, 200)) == (200, True), (scene.name, role, action, answer)
    after = cast.shelf.case(before.code)
    assert (answer.body["status"], answer.body["version"]) == (after.status, after.version)
    assert after.history[:-1] == (() if action is Action.SEAL else before.history)  # of a sealed case a tombstone stays
    entry = after.history[-1]
    told = (entry.seq, entry.action, entry.by, entry.status)
    assert told == (before.version + 1, action, PARTY_KINDS[PARTIES[role]], after.status)
    return after.status


def test_every_action_has_a_route_or_is_the_software_s() -> None:
    assert set(Action) - set(ROUTES) == OF_THE_SOFTWARE
    assert set(BODIES) == set(ROUTES)


def test_every_row_of_the_table_has_scenes_in_which_it_holds_and_fails() -> None:
    made = scenes("nobody")
    assert {scene.case.status for scene in made} == set(Status)
    assert {guard for scene in made for guard in scene.blocked} == set(Guard)
    rows = [(row, source) for row in TRANSITIONS if row.party is not Party.SYSTEM for source in row.sources]
    shown = [
        (row, scene.case.status)
        for scene in made
        for role in PARTIES
        for held in possible(scene, role).values()
        for row in held
    ]
    assert [pair for pair in rows if pair not in shown] == []
    failing = {(scene.case.status, guard) for scene in made for guard in scene.blocked}
    assert [
        row for row, source in rows if row.guard and not any((it, row.guard) in failing for it in row.sources)
    ] == []
