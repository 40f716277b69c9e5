"""The one way in which a case changes: lost races, repeated keys, strangers, links."""

import pytest
from msgspec.structs import replace

from chalicelib.core.actors import citizen
from chalicelib.core.errors import Gone, LostRace, NotFound, NotPossibleNow
from chalicelib.feedback.casework import Change, Trace
from chalicelib.feedback.lifecycle import Action, Party, Status
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.values import Rating, Stamp, Terms
from tests.builders import (
    COMMITTEE,
    LAPSES,
    NOW,
    POLICE,
    REPORTER,
    STRANGER,
    answer,
    answered,
    assigned,
    feedback,
    in_progress,
    link,
    offered,
    stamp,
    waiting,
)
from tests.fakes import MemoryStore, Office


def withdraw(account: str = REPORTER, key: str = "", text: str = "") -> Change:
    return Change(
        citizen(account), Action.WITHDRAW, lambda case, _, mark: case.withdraw(mark), Trace(key, "cid-7"), text
    )


def accept(case: Feedback, party: Party, mark: Stamp) -> Feedback:
    return case.take_over(mark, Terms(NOW)) if party is Party.RECEIVER else case.accept(mark)


def give_back(case: Feedback, party: Party, mark: Stamp) -> Feedback:
    return case.give_back(party, mark, NOW)


def test_a_change_is_kept_with_its_words_time_and_correlation_id() -> None:
    office = Office()
    case = office.keep(feedback())
    office.clock.move(hours=2)
    office.casework.act(case.code, withdraw(text="Đã tự xử lý"))
    kept = office.store.dossier(case.code)
    entry = kept.feedback.history[-1]
    assert (kept.feedback.status, entry.at, entry.cid) == (Status.WITHDRAWN, office.clock.now, "cid-7")
    assert kept.texts[entry.text_ref] == "Đã tự xử lý"


def test_words_are_written_before_the_head_that_refers_to_them() -> None:
    office = Office()
    case = office.keep(feedback())
    office.store.writes.clear()
    office.casework.act(case.code, withdraw(text="Đã tự xử lý"))
    written = [part.partition("#")[0] for _, part in office.store.writes]
    assert written.index("text") < written.index("head")


def test_the_words_of_a_case_outlive_its_leaving_the_public_view() -> None:
    office = Office()
    case = office.keep(feedback())
    office.casework.act(case.code, withdraw())
    assert office.store.dossier(case.code).feedback.matter == case.matter
    assert office.store.head(case.code).matter is None


def test_a_stranger_learns_nothing() -> None:
    office = Office()
    case = office.keep(feedback())
    for code in (case.code, feedback().code):
        with pytest.raises(NotFound):
            office.casework.act(code, withdraw(STRANGER))
    assert office.store.head(case.code) == case


def test_what_is_not_possible_is_refused_with_what_is_and_nothing_is_written() -> None:
    office = Office()
    case = office.keep(waiting())
    office.store.writes.clear()
    with pytest.raises(NotPossibleNow) as refusal:
        office.casework.act(case.code, withdraw(text="Đã tự xử lý"))
    assert refusal.value.next_actions == (Action.REPLY,)
    assert office.store.writes == []


def test_a_lost_race_is_decided_again_on_what_won() -> None:
    office = Office()
    case = office.keep(feedback())
    office.store.rivals = [assigned(case)]
    done = office.casework.act(case.code, withdraw(text="Đã tự xử lý"))
    assert [entry.action for entry in done.history] == [Action.SUBMIT, Action.ASSIGN, Action.WITHDRAW]
    texts = [part for _, part in office.store.writes if part.startswith("text#")]
    assert len(texts) == 1


def test_a_lost_race_after_which_the_action_is_impossible_is_refused() -> None:
    office = Office()
    case = office.keep(assigned())
    office.store.rivals = [case.accept(stamp(Party.HOLDER))]
    with pytest.raises(NotPossibleNow) as refusal:
        office.casework.act(case.code, withdraw())
    assert refusal.value.next_actions == ()
    assert len(office.store.head(case.code).history) == 3


def test_a_race_lost_again_and_again_is_given_up() -> None:
    office = Office()
    case = office.keep(feedback())
    rivals = [case.queue(stamp(Party.SYSTEM))]
    for _ in range(11):
        rivals.append(_next(rivals[-1]))
    office.store.rivals = rivals
    with pytest.raises(LostRace):
        office.casework.act(case.code, withdraw())


def _next(case: Feedback) -> Feedback:
    """The same case one change on, whatever the change."""
    entry = replace(case.history[-1], seq=case.version + 1)
    return replace(case, history=(*case.history, entry))


class Stammering(MemoryStore):
    """A table whose answer is lost after a write, so that its client writes again and is refused."""

    def save(self, feedback: Feedback) -> None:
        super().save(feedback)
        raise LostRace()


def test_a_race_lost_to_oneself_is_won() -> None:
    office = Office(store=Stammering())
    case = office.keep(feedback())
    done = office.casework.act(case.code, withdraw(text="Đã tự xử lý"))
    assert [entry.action for entry in done.history] == [Action.SUBMIT, Action.WITHDRAW]
    assert office.store.head(case.code).history == done.history


def test_a_repeated_key_changes_nothing_and_gives_the_case_as_it_stands() -> None:
    office = Office()
    case = office.keep(feedback())
    first = office.casework.act(case.code, withdraw(key="key-00001", text="Đã tự xử lý"))
    office.store.writes.clear()
    again = office.casework.act(case.code, withdraw(key="key-00001", text="Đã tự xử lý"))
    assert again.history == first.history
    assert office.store.writes == []


def test_another_key_is_another_attempt() -> None:
    office = Office()
    case = office.keep(feedback())
    office.casework.act(case.code, withdraw(key="key-00001"))
    with pytest.raises(NotPossibleNow):
        office.casework.act(case.code, withdraw(key="key-00002"))


def test_a_key_belongs_to_its_actor_and_action_and_is_kept_as_a_hash() -> None:
    office = Office()
    case = office.keep(assigned())
    token, trace = link(case.code), Trace("key-00001")
    office.casework.act_by_link(token, Action.ACCEPT, accept, trace)
    office.casework.act_by_link(token, Action.HAND_OVER, lambda it, _, mark: it.offer(mark, POLICE, LAPSES), trace)
    office.casework.act_by_link(link(case.code, 2), Action.ACCEPT, accept, trace)
    keys = [entry.key for entry in office.store.head(case.code).history[2:]]
    assert len(set(keys)) == 3
    assert not any("key-00001" in key for key in keys)


def test_a_repeated_key_is_known_also_where_the_first_call_ended_the_link() -> None:
    office = Office()
    case = office.keep(assigned())
    token, trace = link(case.code), Trace("key-00001")
    first = office.casework.act_by_link(token, Action.GIVE_BACK, give_back, trace)
    assert office.casework.act_by_link(token, Action.GIVE_BACK, give_back, trace).history == first.history
    with pytest.raises(Gone):
        office.casework.act_by_link(token, Action.GIVE_BACK, give_back, Trace("key-00002"))


def test_a_link_that_ends_while_its_holder_acts_is_gone() -> None:
    office = Office()
    case = office.keep(assigned())
    office.store.rivals = [case.give_back(Party.HOLDER, stamp(Party.HOLDER), NOW)]
    with pytest.raises(Gone):
        office.casework.act_by_link(link(case.code), Action.ACCEPT, accept, Trace())


def test_a_link_acts_for_its_agency() -> None:
    office = Office()
    case = office.keep(offered())
    done = office.casework.act_by_link(link(case.code, 2), Action.ACCEPT, accept, Trace())
    assert (done.history[-1].actor, done.agency) == (POLICE, POLICE)


def test_a_forged_link_opens_nothing() -> None:
    office = Office()
    case = office.keep(assigned())
    token = link(case.code)
    for forged in (token[:-1], token.replace("-1-", "-2-"), link(feedback().code)[:12] + token[12:], "", "a-b-c"):
        with pytest.raises(NotFound):
            office.casework.duty(forged)
        with pytest.raises(NotFound):
            office.casework.act_by_link(forged, Action.ACCEPT, accept, Trace())


def test_a_link_dies_with_its_assignment() -> None:
    office = Office()
    over = [
        assigned().give_back(Party.HOLDER, stamp(Party.HOLDER), NOW),
        assigned().withdraw(stamp()),
        answered().close(stamp(Party.SYSTEM)),
        answered().rate(stamp(), Rating.UNSATISFIED, Terms(NOW)),
        offered().take_over(stamp(Party.RECEIVER), Terms(NOW)),
    ]
    for case in over:
        office.keep(case)
        with pytest.raises(Gone):
            office.casework.duty(link(case.code))
        with pytest.raises(Gone):
            office.casework.act_by_link(link(case.code), Action.ACCEPT, accept, Trace())
        assert office.casework.party(link(case.code), case) is None


@pytest.mark.parametrize("number", [0, 2, 9999])
def test_a_link_for_an_assignment_that_was_never_given_is_over(number: int) -> None:
    office = Office()
    case = office.keep(in_progress())
    with pytest.raises(Gone):
        office.casework.duty(link(case.code, number))
    with pytest.raises(Gone):
        office.casework.act_by_link(link(case.code, number), Action.ACCEPT, accept, Trace())


def test_a_returned_offer_ends_the_receiver_s_link_and_not_the_sender_s() -> None:
    office = Office()
    case = office.keep(offered().give_back(Party.RECEIVER, stamp(Party.RECEIVER), NOW))
    assert office.casework.duty(link(case.code)).party is Party.HOLDER
    with pytest.raises(Gone):
        office.casework.duty(link(case.code, 2))


def test_a_duty_says_in_what_part_its_agency_stands() -> None:
    office = Office()
    case = office.keep(offered())
    sender, receiver = office.casework.duty(link(case.code)), office.casework.duty(link(case.code, 2))
    assert (sender.party, sender.agency, sender.assignment) == (Party.HOLDER, COMMITTEE, 1)
    assert (receiver.party, receiver.agency, receiver.assignment) == (Party.RECEIVER, POLICE, 2)


def test_an_answered_case_stays_readable_by_its_link() -> None:
    office = Office()
    case = office.keep(in_progress().give_answer(stamp(Party.HOLDER), answer()))
    assert office.casework.duty(link(case.code)).party is Party.HOLDER
