"""What no person calls: the stream relay, the routing queue, uploaded files, the sweep, the watch."""

from typing import Any

from chalice.app import Blueprint

from chalicelib import wiring
from chalicelib.contracts.feedback_events import FeedbackEvent, FeedbackEventType, event_type
from chalicelib.core.clock import from_text
from chalicelib.feedback.providers import Matters
from chalicelib.feedback.records import entries_after, entry_from
from chalicelib.feedback.uploads import read_key
from chalicelib.runtime.messages import consumer, relay_records, task
from chalicelib.runtime.observability import count, logger

events = Blueprint(__name__)


@events.on_dynamodb_record(stream_arn="PLACEHOLDER", batch_size=100, starting_position="TRIM_HORIZON", name="relay")
@relay_records("relay")
def relay(old: dict[str, Any] | None, new: dict[str, Any]) -> int:
    """Publish every history entry that the head has now and had not before, by its number; returns how many."""
    known = entry_from(old["history"]["L"][-1]["S"]).seq if old else 0
    entries = entries_after([line["S"] for line in new["history"]["L"]], known)
    matters = Matters(*(new[name]["S"] for name in Matters._fields))
    wiring.event_publisher().publish_entries(matters, entries)
    for entry in entries:
        count(event_type(entry.action, entry.status).value)
    return len(entries)


@events.on_sqs_message(queue="PLACEHOLDER", batch_size=10, name="route")
@consumer("route", FeedbackEvent)
def route(event: FeedbackEvent) -> None:
    """Give a new case to the lowest competent agency, or leave it to the centre; do what follows from a split, merge or seal."""
    match event.type:
        case FeedbackEventType.SPLIT:
            count("FeedbackChildren", wiring.consequences().of_split(event.code, event.cid))
        case FeedbackEventType.MERGED:
            count("FollowersMoved", wiring.consequences().of_merge(event.code))
        case FeedbackEventType.SEALED:
            wiring.consequences().of_seal(event.code)
        case _:
            _route(event)


def _route(event: FeedbackEvent) -> None:
    case = wiring.feedback().route(event.code, event.cid)
    if case is not None:
        count("FeedbackRouted" if case.assignment else "FeedbackUnroutable")


@events.on_cw_event({"source": ["PLACEHOLDER"]}, name="receive_file")
@task("ReceiveFile")
def receive_file(event: Any) -> dict[str, int]:
    """Register an uploaded file by what its first bytes show; take it away where it is none of ours."""
    key = read_key(str(event.detail["object"]["key"]))
    file = wiring.photos().arrived(*key) if key else None
    if key is None or file is None:
        logger.warning("no file of a case")
        return {"foreign": 1}
    if wiring.feedback().receive_file(key.code, file):
        count("FileReceived")
        return {"received": 1}
    wiring.photos().delete(*key)
    count("FileRefused")
    return {"refused": 1}


@events.schedule("rate(5 minutes)", name="sweep")
@task("Sweep")
def sweep(event: Any) -> dict[str, int]:
    """Do what time or a lost event left undone, as of the time of the schedule's event."""
    figures = wiring.sweep().run(from_text(event.to_dict()["time"]))
    count("EventsReplayed", figures["replayed"])
    return figures


@events.schedule("rate(5 minutes)", name="watch")
@task("Watch")
def watch(event: Any) -> dict[str, int]:
    """Remind, escalate and give back what time has made due, as of the time of the schedule's event."""
    figures = wiring.watch().run(from_text(event.to_dict()["time"]))
    count("WatchLateMinutes", figures["late_minutes"])
    return figures
