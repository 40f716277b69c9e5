"""The head of the benchmark's case, step by step, by the sizes for which its writes are billed."""

from chalicelib.feedback import commands, records
from chalicelib.feedback.casework import Trace
from chalicelib.feedback.model import Feedback
from tests.benchmarks import events, world
from tests.benchmarks.sizes import item_size
from tests.benchmarks.watching import typed
from tests.builders import give_answer, link, rate, submit
from tests.fakes import Office

UNIT = 1024
# What a longer code of an agency or times with milliseconds may add.
ROOM = 24


def _size(case: Feedback) -> int:
    return item_size(typed(records.head_values(case)))


def _trace(step: str) -> Trace:
    return Trace(f"{step}-1", events.REQUEST_ID)


def test_up_to_the_acceptance_the_head_costs_two_units_and_to_the_end_three() -> None:
    office = Office()
    matter = submit(text=world.TEXT, title="Ổ gà trước cổng trường", location=commands.Location(**world.PLACE))
    made = office.service.submit(world.REPORTER, matter, _trace("submit"))
    routed = office.service.route(made.code, events.REQUEST_ID)
    assert routed
    token = link(made.code)
    accepted = office.agencies.accept(token, _trace("accept"))
    answered = office.agencies.answer(token, give_answer(result=world.RESULT), _trace("answer"))
    rated = office.service.rate(world.REPORTER, made.code, rate(commands.Rating.SATISFIED), _trace("rate"))
    sizes = [_size(case) for case in (made, routed, accepted, answered, rated)]
    assert max(sizes[:3]) <= 2 * UNIT - ROOM, sizes
    assert max(sizes) <= 3 * UNIT - ROOM, sizes
