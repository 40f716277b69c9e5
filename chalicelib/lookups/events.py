"""What no person calls: files that units have uploaded, what is left of them to do, reminders of bills."""

from datetime import timedelta
from typing import Any

from chalice.app import Blueprint

from chalicelib import wiring_lookups
from chalicelib.core import clock
from chalicelib.core.clock import from_text
from chalicelib.lookups.uploads.keys import Rest, Work, read_key
from chalicelib.runtime.messages import consumer, task
from chalicelib.runtime.observability import count, logger

events = Blueprint(__name__)

# Of the function's fifteen minutes; the rest is for leaving the work in order.
ROOM = timedelta(minutes=12)
# Of the reminders' four minutes.
SHORT_ROOM = timedelta(minutes=3)


@events.on_cw_event({"source": ["PLACEHOLDER"]}, name="load_dataset")
@task("LoadDataset")
def load_dataset(event: Any) -> dict[str, int]:
    """Load an uploaded file, or as much of it as there is time for; the queue Uploads brings the rest."""
    key = read_key(str(event.detail["object"]["key"]))
    if key is None:
        logger.warning("no file of an upload")
        return {"foreign": 1}
    return _load(key.dataset, key.number)


@events.on_sqs_message(queue="PLACEHOLDER", batch_size=1, name="continue_upload")
@consumer("continue_upload", Rest)
def continue_upload(rest: Rest) -> None:
    """Go on with an upload, or clear away what an earlier one had brought."""
    match rest.what:
        case Work.LOAD:
            _load(rest.dataset, rest.number)
        case Work.RETIRE:
            wiring_lookups.upload_runs().retire(rest.dataset, rest.number, clock.now() + ROOM)


def _load(dataset: str, number: int) -> dict[str, int]:
    figures = dict(wiring_lookups.upload_runs().load(dataset, number, clock.now() + ROOM))
    if figures.get("live"):
        count("UploadLive")
        count("RowsLive", figures["good"])
        count("RowsRefused", figures["bad"])
    if figures.get("refused"):
        count("UploadRefused")
    return figures


@events.schedule("rate(15 minutes)", name="remind_dues")
@task("RemindDues")
def remind_dues(event: Any) -> dict[str, int]:
    """Tell people of bills that are nearly due, as of the time of the schedule's event."""
    now = from_text(event.to_dict()["time"])
    return dict(wiring_lookups.reminders().run(now, clock.now() + SHORT_ROOM))
