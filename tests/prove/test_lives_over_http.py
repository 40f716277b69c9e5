"""Random lives on the deployed stack, over HTTP, held against the same model as those on the fakes."""

import base64
import json
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from chalicelib.feedback.ports import Dossier
from tests.address import Address
from tests.lives.expected import Outcome
from tests.lives.machine import Lives, told
from tests.lives.world import Kind
from tests.stack.matters import COMMITTEE, OTHER_AGENCY, dispatcher, sweep, wait
from tests.stack.people import Answer, Person, call, sign_in
from tests.stack.shelf import Shelf

LIVES, STEPS = 20, 15
OUTCOMES = {
    200: Outcome.DONE, 201: Outcome.DONE, 404: Outcome.UNKNOWN, 409: Outcome.CONFLICT, 410: Outcome.ENDED, 422: Outcome.INVALID,
}  # fmt: skip


class StackWorld:
    """Three people who have signed in, agencies of the seed, and a category for every way in which a case can begin."""

    agencies = (COMMITTEE, OTHER_AGENCY, "ubnd-132")
    kinds = (
        Kind("duong_sa", "public", COMMITTEE),
        Kind("dat_dai", "private", COMMITTEE),
        Kind("attp", "pending", COMMITTEE),
        Kind("gop_y", "pending", ""),
    )

    def __init__(self, stack: Address) -> None:
        self.stack, self.shelf = stack, Shelf(stack)
        self.people: list[Person] = [sign_in(stack) for _ in range(3)]
        self.citizens = [claim(person.access_token, "sub") for person in self.people]
        self.dispatcher = claim(dispatcher(stack), "username")

    def submit(self, citizen: int, body: Mapping[str, Any], key: str) -> tuple[Outcome, str]:
        placed = {**body, "location": {**body["location"], "area": "04252"}}
        answer = self._as(citizen, "POST", "/v1/feedback", placed, key)
        if answer.status == 201:
            self.route(answer.body["code"])
            return Outcome.DONE, answer.body["code"]
        return outcome(answer), ""

    def by_citizen(self, citizen: int, code: str, action: str, body: Mapping[str, Any], key: str) -> Outcome:
        return outcome(self._as(citizen, "POST", f"/v1/feedback/{code}/{action}", body, key))

    def by_link(self, code: str, number: int, action: str, body: Mapping[str, Any], key: str) -> Outcome:
        path = f"/v1/work/{self._link(code, number)}/{action}"
        return outcome(call(self.stack, "POST", path, body, **keyed(key)))

    def by_centre(self, code: str, action: str, body: Mapping[str, Any], key: str) -> Outcome:
        path = f"/v1/centre/feedback/{code}/{action}"
        return outcome(call(self.stack, "POST", path, body, token=dispatcher(self.stack), **keyed(key)))

    def route(self, code: str) -> None:
        wait(lambda: not ((case := self.shelf.case(code)).status == "received" and not case.queued))

    def sweep(self, days: int) -> None:
        sweep(self.stack, days=days)

    def dossier(self, code: str) -> Dossier:
        return self.shelf.dossier(code)

    def own(self, citizen: int) -> list[str]:
        found, cursor = [], ""
        while True:
            page = self._as(citizen, "GET", f"/v1/feedback?limit=50&cursor={cursor}").body
            found += [item["code"] for item in page["items"]]
            cursor = page.get("next_cursor", "")
            if not cursor:
                return found

    def read(self, citizen: int, code: str) -> Outcome:
        return outcome(self._as(citizen, "GET", f"/v1/feedback/{code}"))

    def read_public(self, code: str) -> Outcome:
        return outcome(call(self.stack, "GET", f"/v1/public/feedback/{code}"))

    def read_link(self, code: str, number: int) -> Outcome:
        return outcome(call(self.stack, "GET", f"/v1/work/{self._link(code, number)}"))

    def _link(self, code: str, number: int) -> str:
        return f"{code}-1-{'x' * 22}" if number < 0 else self.shelf.link(code, number)

    def _as(self, citizen: int, method: str, path: str, body: Mapping[str, Any] | None = None, key: str = "") -> Answer:
        return call(self.stack, method, path, body, token=self.people[citizen].access_token, **keyed(key))


def keyed(key: str) -> dict[str, str]:
    return {"Idempotency_Key": key} if key else {}


def outcome(answer: Answer) -> Outcome:
    assert answer.status in OUTCOMES, answer
    return OUTCOMES[answer.status]


def claim(token: str, name: str) -> str:
    payload = token.split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))[name])


@pytest.fixture(scope="module")
def world(stack: Address) -> StackWorld:
    """One for all lives, as the real one is."""
    return StackWorld(stack)


def test_whatever_anybody_does_over_http_state_history_and_readers_are_as_the_rules_say(
    world: StackWorld, proven: Callable[[str, str], None]
) -> None:
    tally: Counter[str] = Counter()
    run_state_machine_as_test(
        lambda: Lives(world, tally),
        settings=settings(
            max_examples=LIVES, stateful_step_count=STEPS, suppress_health_check=list(HealthCheck),
            # A life cannot be begun again on a stack that remembers it, so a failure is shown as it was found.
            phases=[Phase.generate], database=None,
        ),
    )  # fmt: skip
    proven("k", f"over HTTP {told(tally)}")
