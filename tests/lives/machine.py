"""Random lives: citizens, agencies, the centre and time act on cases in any order, and every answer is held against the model.

After every step the case stands as tests/lives/expected.py says, its history replayed gives its state, what it was submitted with
has not changed, nobody else can read it, and only the links of present duties open it. A world is where it happens.
"""

import secrets
from collections import Counter
from collections.abc import Mapping
from random import Random
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, precondition, rule

from tests.lives.expected import RULES, Duty, Expected, Outcome
from tests.lives.limits import LIMITS, limits_met
from tests.lives.replay import facts, replayed, standing, words_of
from tests.lives.world import Done, World

TEXT = "Ổ gà lớn giữa đường trước cổng trường, xe máy đã ngã hai lần trong tuần."
RESULT = "Tổ quản lý đường bộ đã vá ổ gà bằng bê tông nhựa và đã cắm lại biển báo tại chỗ."
FORGED = (
    {"status": "closed"}, {"reporter": "somebody-else"}, {"version": 99}, {"by": "system"}, {"assignment": 1}, {"history": []},
    {"at": "2020-01-01T00:00:00Z"}, {"level": "urgent"}, {"publication": "public"}, {"key": "x"}, {"__class__": "Feedback"},
)  # fmt: skip
CITIZENS = st.integers(0, 2)
# The present holder, the receiver, a supporting agency, any number that was given or never was, a forged link.
LINKS = st.sampled_from(
    ["holder", "holder", "holder", "receiver", "receiver", "supporter", "1", "2", "3", "9", "forged"]
)
WORDS = st.integers(0, 10**6)
RATINGS = st.sampled_from(["satisfied", "acceptable", "unsatisfied", "unsatisfied"])
MOST_CASES = 4


class Lives(RuleBasedStateMachine):
    """One world and what must be true in it."""

    cases = Bundle("cases")

    def __init__(self, world: World, tally: Counter[str]) -> None:
        super().__init__()
        self.world, self.tally = world, tally
        self.known: dict[str, Expected] = {}
        self.done: list[Done] = []
        self.name, self.keys = secrets.token_hex(6), 0
        tally["lives"] += 1

    # Citizens

    @initialize(
        target=cases, citizen=CITIZENS, kind=st.integers(0, 3), limit=st.sampled_from(["", *LIMITS]), words=WORDS
    )
    def begin(self, citizen: int, kind: int, limit: str, words: int) -> str:
        """There is always a case, mostly one that has come to a limit."""
        code, chance = self.submit(citizen, kind, False), Random(words)
        for party, action in LIMITS[limit].way if limit else ():
            self.acts(self.known[code], party, action, chance, "unsatisfied")
        return code

    @precondition(lambda self: len(self.known) < MOST_CASES)
    @rule(target=cases, citizen=CITIZENS, kind=st.integers(0, 3), private=st.booleans())
    def report(self, citizen: int, kind: int, private: bool) -> str:
        """A new matter."""
        return self.submit(citizen, kind, private)

    def submit(self, citizen: int, number: int, private: bool) -> str:
        kind, key = self.world.kinds[number], self.key()
        body = self.world_body(kind.category, private)
        outcome, code = self.world.submit(citizen, body, key)
        self.expect(Outcome.DONE, outcome, "submit")
        reporter = self.world.citizens[citizen]
        expected = Expected(code, reporter, "private" if private else kind.publication, facts(self.world.dossier(code)))
        expected.note("submit", "citizen", reporter)
        self.known[code] = expected
        self.done.append(Done("submit", citizen, code, kind.category, body, key))
        self.learn_routing(expected)
        self.check(code)
        return code

    def world_body(self, category: str, private: bool) -> dict[str, Any]:
        """The JSON of a matter in the world's only place."""
        place, visibility = {"lat": 21.709, "long": 104.895}, "private" if private else "public"
        return {"category": category, "text": TEXT, "location": place, "visibility": visibility}

    @rule(
        code=cases, citizen=CITIZENS, action=st.sampled_from(["reply", "withdraw", "rate", "rate", "appeal"]), words=WORDS,
        rating=RATINGS, keyed=st.booleans(),
    )  # fmt: skip
    def citizen_acts(self, code: str, citizen: int, action: str, words: int, rating: str, keyed: bool) -> None:
        """The reporter, or another citizen who knows the code."""
        case, text, key = self.known[code], f"Lời của người dân số {words}.", self.key() if keyed else ""
        body = {
            "reply": {"text": text}, "rate": {"rating": rating, "reason": text}, "appeal": {"reason": text},
            "withdraw": {"reason": text},
        }[action]  # fmt: skip
        outcome = self.world.by_citizen(citizen, code, action, body, key)
        if self.world.citizens[citizen] != case.reporter:
            return self.expect(Outcome.UNKNOWN, outcome, action, code)
        if not case.allows("reporter", action):
            return self.expect(Outcome.CONFLICT, outcome, action, code)
        {"reply": case.go_on, "rate": lambda: case.rate(rating), "appeal": case.appeal, "withdraw": case.withdraw}[
            action
        ]()
        case.note(action, "citizen", case.reporter, text)
        return self.carried_out(Done("citizen", citizen, code, action, body, key), outcome)

    # Agencies

    @rule(
        code=cases, link=LINKS, words=WORDS, to=st.integers(0, 2), keyed=st.booleans(),
        action=st.sampled_from([
            "accept", "accept", "answer", "ask", "hand_over", "hand_over", "give_back", "extend", "contribute",
        ]),
    )  # fmt: skip
    def agency_acts(self, code: str, link: str, words: int, to: int, keyed: bool, action: str) -> None:
        """Whoever holds, or held, or forges a link."""
        case, number, key = self.known[code], self.number(code, link), self.key() if keyed else ""
        agency, text = self.world.agencies[to], f"Lời của cơ quan số {words}: {RESULT}"
        body: dict[str, Any] = {
            "accept": {}, "answer": {"result": text}, "ask": {"question": text}, "give_back": {"reason": text},
            "hand_over": {"agency": agency, "reason": text}, "extend": {"until": "2029-06-01", "reason": text},
            "contribute": {"text": text},
        }[action]  # fmt: skip
        outcome = self.world.by_link(code, number, action, body, key)
        party = case.party(number)
        if number < 0 or not party:
            return self.expect(Outcome.UNKNOWN if number < 0 else Outcome.ENDED, outcome, action, code)
        if not case.allows(party, action) or (action == "give_back" and case.too_late(party)):
            return self.expect(Outcome.CONFLICT, outcome, action, code)
        duty = case.duty(number)
        if action == "hand_over" and duty.agency == agency:
            return self.expect(Outcome.INVALID, outcome, action, code)
        self.of_agency(case, party, action, agency)
        case.note(action, "agency", duty.agency, "" if action == "accept" else text)
        return self.carried_out(Done("link", number, code, action, body, key), outcome)

    def of_agency(self, case: Expected, party: str, action: str, agency: str) -> None:
        match action:
            case "accept":
                case.accept(party)
            case "give_back":
                case.give_back(party)
            case "hand_over":
                case.hand_over(agency)
            case "ask":
                case.ask()
            case "extend":
                case.extend()
            case "answer":
                case.answer()
            case "contribute":
                pass  # it is told, and nothing else comes of it

    # The centre and the software

    @rule(
        code=cases, words=WORDS, to=st.integers(0, 2), keyed=st.booleans(),
        action=st.sampled_from([
            "assign", "assign", "assign", "refuse", "publish", "hide", "unhide", "support", "support", "grant", "deny",
        ]),
    )  # fmt: skip
    def centre_acts(self, code: str, action: str, words: int, to: int, keyed: bool) -> None:
        """The dispatcher."""
        case, key, text = self.known[code], self.key() if keyed else "", f"Ghi chú số {words}"
        agency = self.world.agencies[to]
        body: dict[str, Any] = {
            "assign": {"agency": agency, "note": text}, "refuse": {"reason_code": "out_of_scope", "note": text}, "publish": {},
            "support": {"agency": agency, "note": text},
        }.get(action, {"reason": text})  # fmt: skip
        outcome = self.world.by_centre(code, action, body, key)
        if not case.allows("centre", action):
            return self.expect(Outcome.CONFLICT, outcome, action, code)
        if action in ("assign", "support") and case.has_already(action, agency):
            return self.expect(Outcome.INVALID, outcome, action, code)
        {
            "assign": lambda: case.lead(agency), "refuse": case.refuse, "publish": case.publish, "hide": case.hide,
            "unhide": case.publish, "support": lambda: case.support(agency), "grant": case.decide, "deny": case.decide,
        }[action]()  # fmt: skip
        case.note(action, "dispatcher", self.world.dispatcher, "" if action == "publish" else text)
        return self.carried_out(Done("centre", 0, code, action, body, key), outcome)

    @rule(code=cases)
    def route(self, code: str) -> None:
        """The routing function, perhaps again."""
        self.world.route(code)
        self.learn_routing(self.known[code])
        self.check(code)

    @rule()
    def sweep(self) -> None:
        """The sweep of a later month: ends every wait and every unrated answer, routes what never was."""
        self.world.sweep(60)
        for case in self.known.values():
            if case.status == "waiting":
                case.go_on()
                case.note("time_out", "system", "sweep")
            elif case.status == "answered":
                case.close()
                case.note("close", "system", "sweep")
            self.learn_routing(case)
            self.check(case.code)

    def learn_routing(self, case: Expected) -> None:
        """What routing did, if it was its turn: it gives to the agency of the category or to the queue, and nothing else."""
        if case.status != "received" or case.queued:
            return
        kept = self.world.dossier(case.code).feedback
        entries = kept.history[len(case.history) :]
        if not entries:
            return
        agency = next(kind.agency for kind in self.world.kinds if kind.category == kept.category)
        if agency:
            case.assign(agency)
        else:
            case.queue()
        case.note("assign" if agency else "queue", "system", entries[0].actor)

    @rule(code=cases, seed=st.integers(0, 2**32), length=st.integers(5, 30))
    def goes_on(self, code: str, seed: int, length: int) -> None:
        """Steps by those whose case it is, one after the other: mostly allowed ones, so that lives grow long; else refused."""
        case, chance = self.known[code], Random(seed)
        for _ in range(length):
            if case.status == "received" and not case.queued:
                self.route(code)
                continue
            oversteps = chance.random() < 0.4
            able = [move for move in RULES if case.allows(*move) is not oversteps]
            if not oversteps and ("reporter", "withdraw") in able and chance.random() < 0.9:
                able.remove(("reporter", "withdraw"))  # it would end the life
            if able:
                self.acts(case, *chance.choice(able), chance)

    def acts(self, case: Expected, party: str, action: str, chance: Random, rating: str = "") -> None:
        """What the one who stands in that part does."""
        self.tally["moves"] += not self.tally[f"{case.status} {party} {action}"]
        self.tally[f"{case.status} {party} {action}"] += 1
        self.tally.update(limits_met(case, party, action))
        words, to, keyed = chance.randrange(10**6), chance.randrange(3), chance.random() < 0.5
        if party == "reporter":
            rating = rating or chance.choice(["satisfied", "acceptable", "unsatisfied", "unsatisfied"])
            self.citizen_acts(case.code, self.world.citizens.index(case.reporter), action, words, rating, keyed)
        elif party == "centre":
            self.centre_acts(case.code, action, words, to, keyed)
        else:
            self.agency_acts(case.code, party, words, to, keyed, action)

    # Whoever tries it again, or tries what he must not

    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        """A client that heard no answer sends its request again, whatever has happened since: nothing changes."""
        keyed = [done for done in self.done if done.key]
        if not keyed:
            return
        done = data.draw(st.sampled_from(keyed), "again")
        before = self.world.dossier(done.code)
        self.expect(Outcome.DONE, self.send(done), f"{done.action} again", done.code)
        assert self.world.dossier(done.code) == before

    @rule(data=st.data(), forged=st.sampled_from(FORGED))
    def forge(self, data: st.DataObject, forged: Mapping[str, Any]) -> None:
        """A field that is not the caller's to set."""
        done = data.draw(st.sampled_from(self.done), "forged")
        key = self.key() if done.door == "submit" else ""
        changed = Done(done.door, done.who, done.code, done.action, {**done.body, **forged}, key)
        before = self.world.dossier(done.code)
        self.expect(Outcome.INVALID, self.send(changed), f"forged {done.action}", done.code)
        assert self.world.dossier(done.code) == before

    def send(self, done: Done) -> Outcome:
        match done.door:
            case "submit":
                outcome, code = self.world.submit(done.who, done.body, done.key)
                assert outcome is not Outcome.DONE or code == done.code
                return outcome
            case "citizen":
                return self.world.by_citizen(done.who, done.code, done.action, done.body, done.key)
            case "link":
                return self.world.by_link(done.code, done.who, done.action, done.body, done.key)
        return self.world.by_centre(done.code, done.action, done.body, done.key)

    # What is true after every step

    def expect(self, expected: Outcome, outcome: Outcome, what: str, code: str = "") -> None:
        """The answer is the one that the model gives; what was refused has changed nothing."""
        assert outcome is expected, (what, outcome, expected)
        self.tally["steps"] += 1
        self.tally[outcome] += 1
        if code:
            self.check(code)

    def carried_out(self, done: Done, outcome: Outcome) -> None:
        self.done.append(done)
        self.expect(Outcome.DONE, outcome, done.action, done.code)

    def check(self, code: str) -> None:
        """State, history, readers and links of a case."""
        case, dossier = self.known[code], self.world.dossier(code)
        kept, state = dossier.feedback, standing(dossier.feedback)
        told = [(e.action, e.by, e.actor, e.status, words_of(dossier, e.text_ref)) for e in kept.history]
        assert told == [tuple(line) for line in case.history]
        assert [entry.seq for entry in kept.history] == list(range(1, kept.version + 1))
        assert all(a.at <= b.at for a, b in zip(kept.history, kept.history[1:], strict=False))
        assert replayed(kept.history) == state
        expected = (case.status, case.queued, case.holder, case.offer, case.given, case.questions, case.give_backs,
                    case.reopenings, case.appealed, case.extended, case.decided, case.supporters)  # fmt: skip
        assert tuple(vars(state).values()) == expected
        assert (facts(dossier), kept.publication, kept.reporter) == (case.first, case.publication, case.reporter)
        self.tally["checks"] += 1
        self.check_readers(case)

    def check_readers(self, case: Expected) -> None:
        """Who can read it."""
        for citizen, account in enumerate(self.world.citizens):
            wanted = Outcome.DONE if account == case.reporter else Outcome.UNKNOWN
            assert self.world.read(citizen, case.code) is wanted
        assert self.world.read_public(case.code) is (Outcome.DONE if case.publication == "public" else Outcome.UNKNOWN)
        for number in range(1, case.given + 2):
            wanted = Outcome.DONE if case.party(number) else Outcome.ENDED
            assert self.world.read_link(case.code, number) is wanted, (number, case)
        assert self.world.read_link(case.code, -1) is Outcome.UNKNOWN

    def teardown(self) -> None:
        """Nobody's list shows what is somebody else's."""
        for citizen, account in enumerate(self.world.citizens):
            own = {case.code for case in self.known.values() if case.reporter == account}
            listed = set(self.world.own(citizen))
            assert listed & set(self.known) == own

    def number(self, code: str, link: str) -> int:
        """The number of a link by its word; below zero for a forged one."""
        case = self.known[code]
        named: dict[str, Duty | None] = {
            "holder": case.holder, "receiver": case.offer, "supporter": case.supporters[-1] if case.supporters else None,
        }  # fmt: skip
        if link in named:
            return duty.number if (duty := named[link]) else 9
        return -1 if link == "forged" else int(link)

    def key(self) -> str:
        """An Idempotency-Key that nobody has used."""
        self.keys += 1
        return f"{self.name}-{self.keys}"


def told(tally: Counter[str]) -> str:
    """What was counted, in words."""
    outcomes = ", ".join(f"{tally[outcome]} {outcome}" for outcome in Outcome)
    return (
        f"{tally['lives']} lives, {tally['steps']} steps ({outcomes}), {tally['checks']} checks of a case, "
        f"{tally['moves']} pairs of status, party and action, {sum(tally[name] > 0 for name in LIMITS)} of {len(LIMITS)} limits met"
    )
