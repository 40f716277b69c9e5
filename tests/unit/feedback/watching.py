"""Cases that are watched, and what a pass of the watch did to them."""

from datetime import datetime
from typing import Any

from chalicelib.feedback.casework import Trace
from chalicelib.feedback.lifecycle import Action
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.records import change_shard
from tests.builders import REPORTER, feedback, new_code, submit
from tests.fakes import Office

_keys = iter(range(10**9))


def given_to_agency(office: Office, **changes: Any) -> Feedback:
    """Submitted and routed by the service."""
    case = office.service.submit(REPORTER, submit(**changes), Trace(f"key-{next(_keys):06d}"))
    routed = office.service.route(case.code, "cid")
    assert routed
    return routed


def actions(office: Office, case: Feedback) -> list[Action]:
    """What happened to the case after its assignment."""
    return [entry.action for entry in office.store.head(case.code).history[2:]]


def in_shard(office: Office, shard: int) -> Feedback:
    """A case of that shard that its agency has."""
    code = next(code for code in iter(new_code, "") if change_shard(code) == f"c{shard}")
    office.keep(feedback(code=code))
    routed = office.service.route(code, "cid")
    assert routed
    return routed


def did(office: Office, now: datetime) -> dict[str, int]:
    """What a pass did beside nothing, its lateness apart."""
    return {name: many for name, many in office.watch.run(now).items() if many and name != "late_minutes"}
