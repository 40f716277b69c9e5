"""Accounts, counts, saved codes and reminders in memory, with the conditions of the real ones."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from threading import Lock

from chalicelib.contracts.dues import Due
from chalicelib.core.errors import NotFound
from chalicelib.lookups.account.guessing import Counted, Guessing
from chalicelib.lookups.account.reminders import Kept, Place, Reminders
from chalicelib.lookups.account.saved import Saved, SavedCodes
from chalicelib.lookups.account.service import AccountLookups, AccountSources, Question
from chalicelib.lookups.catalogue.service import Suspended
from chalicelib.lookups.model import (
    Audience,
    Availability,
    Column,
    ColumnType,
    Dataset,
    Feed,
    Kind,
    Named,
    Offer,
    Record,
    Role,
    Utility,
)
from chalicelib.lookups.ports import Account, Freshness, UpstreamDown
from chalicelib.lookups.rows import DUE_SHARDS, due_shard, factor_mac
from tests.builders import SECRET
from tests.fakes import MovableClock

LOADED = datetime(2023, 5, 20, tzinfo=UTC)
ADDRESS = "203.0.113.9"
CODE, PHONE_END = "PA15012345678", "4821"
OTHER_CODE = "NL0000001"
CITIZEN = "account-of-a-citizen"


def named(text: str) -> Named:
    return Named(text, f"{text} in English")


def column(name: str, kind: ColumnType, role: Role | None = None, private: bool = False) -> Column:
    return Column(name, kind, named(name), role, private=private)


BILLS = Offer(
    "bills", Kind.ACCOUNT, named("Hóa đơn"), bills=True, factor_hint=named("Bốn số cuối"),
    columns=(
        column("code", ColumnType.TEXT, Role.CODE), column("phone_end", ColumnType.TEXT, Role.FACTOR, private=True),
        column("period", ColumnType.TEXT, Role.PERIOD), column("amount", ColumnType.MONEY, Role.AMOUNT),
        column("due", ColumnType.DATE, Role.DUE), column("paid", ColumnType.FLAG, Role.PAID),
        column("inspector", ColumnType.TEXT, private=True),
    ),
    feeds=(Feed("power", named("Điện lực"), "dien-luc", provider="power", codes="PA[0-9]{11}"),
           Feed("town", named("Cấp nước"), "cap-nuoc", codes="NL[0-9]{7}")),
)  # fmt: skip
FILES = Offer(
    "status", Kind.ACCOUNT, named("Hồ sơ"), factor_hint=named("Bốn số cuối"),
    columns=(
        column("file", ColumnType.TEXT, Role.CODE), column("phone_end", ColumnType.TEXT, Role.FACTOR, private=True),
        column("received", ColumnType.DATE, Role.PERIOD), column("due", ColumnType.DATE, Role.DUE),
        column("finished", ColumnType.DATE, Role.PAID),
    ),
    feeds=(Feed("one", named("Một"), "tt-pvhcc"), Feed("two", named("Hai"), "so-tuphap", provider="justice")),
)  # fmt: skip
HOME = Utility("home", 2, named("Tiền điện nước"), named("Hóa đơn"), (Audience.CITIZEN,), (BILLS,))
PAPERS = Utility("papers", 8, named("Hồ sơ"), named("Tình trạng"), (Audience.CITIZEN,), (FILES,))


def bill(period: str = "2023-05", due: str = "2023-05-25", paid: bool = False, amount: int = 325_000) -> Record:
    facts = {
        "code": CODE, "phone_end": PHONE_END, "period": period, "amount": amount, "due": due, "paid": paid,
        "inspector": "Trần Văn Mẫu",
    }  # fmt: skip
    return Record(period, facts, "power")


class MemoryDatasets:
    """The catalogue, as far as accounts ask it."""

    def __init__(self, *utilities: Utility) -> None:
        self.known = {one.id: one for one in utilities or (HOME, PAPERS)}

    def one(self, identifier: str) -> Utility:
        if identifier not in self.known:
            raise NotFound("error.utility_not_found")
        return self.known[identifier]

    def dataset(self, utility: str, offer: str, kind: Kind, language: str = "vi") -> Dataset:
        found = self.one(utility)
        if found.availability is Availability.SUSPENDED:
            raise Suspended(reason="")
        offered = found.offer(offer)
        if offered is None or offered.kind is not kind:
            raise NotFound("error.offer_not_found")
        return Dataset(utility, offered)


class MemorySource:
    """Accounts by dataset, feed and code; `asked` is what was asked, in order."""

    def __init__(self) -> None:
        self.accounts: dict[tuple[str, str, str], Account] = {}
        self.asked: list[str] = []
        self.down = False
        self.before: Callable[[], object] = lambda: None

    def give(
        self, utility: str, offer: str, feed: str, code: str, factor: str, *records: Record, stale: bool = False
    ) -> None:  # fmt: skip
        dataset = f"{utility}.{offer}"
        mac = factor_mac(SECRET, dataset, code, factor) if factor else ""
        self.accounts[dataset, feed, code] = Account(mac, records, Freshness(LOADED, stale))

    def account(self, dataset: Dataset, feeds: Sequence[Feed], code: str) -> Account | None:
        (feed,) = feeds
        self.asked.append(code)
        self.before()
        if self.down:
            raise UpstreamDown()
        return self.accounts.get((dataset.id, feed.id, code))


class MemoryCounters:
    """Counts; each method is one step."""

    def __init__(self) -> None:
        self.counts: dict[Counted, int] = {}
        self._lock = Lock()

    def count(self, counted: Counted, most: int, until: datetime) -> bool:
        with self._lock:
            if self.counts.get(counted, 0) >= most:
                return False
            self.counts[counted] = self.counts.get(counted, 0) + 1
            return True

    def give_back(self, counted: Counted) -> None:
        with self._lock:
            self.counts[counted] = max(0, self.counts.get(counted, 0) - 1)


class MemorySaved:
    """Saved codes and what the reminders keep."""

    def __init__(self) -> None:
        self.codes: dict[tuple[str, str], Saved] = {}
        self.due: set[tuple[str, str]] = set()
        self.told: dict[tuple[str, str, str], str] = {}
        self.at: Place | None = None
        self.between: Callable[[], object] = lambda: None
        self.broken: set[str] = set()

    def of(self, account: str) -> Sequence[Saved]:
        return [saved for (owner, _), saved in self.codes.items() if owner == account]

    def keep(self, account: str, saved: Saved) -> None:
        between, self.between = self.between, lambda: None
        between()
        key = f"{saved.dataset}#{saved.id}"
        self.codes[account, key] = saved
        (self.due.add if saved.remind else self.due.discard)((account, key))

    def remove(self, account: str, saved: Saved) -> bool:
        key = f"{saved.dataset}#{saved.id}"
        self.due.discard((account, key))
        return self.codes.pop((account, key), None) is not None

    def forget(self, account: str) -> None:
        self.told = {key: state for key, state in self.told.items() if key[0] != account}

    def place(self) -> Place | None:
        return self.at

    def keep_place(self, place: Place) -> None:
        self.at = place

    def kept(self, shard: int, after: str, limit: int) -> Sequence[Kept]:
        mine = sorted(f"{account}#{key}" for account, key in self.due if due_shard(account) == shard)
        return [Kept(it, *it.split("#", 1)) for it in mine if it > after][:limit]

    def saved(self, kept: Kept) -> Saved | None:
        if kept.account in self.broken:
            raise ValueError("a row that cannot be read")
        return self.codes.get((kept.account, kept.id))

    def claim(self, kept: Kept, period: str, at: datetime) -> bool:
        if self.told.get((kept.account, kept.id, period), "free") != "free":
            return False
        self.told[kept.account, kept.id, period] = "claimed"
        return True

    def settle(self, kept: Kept, period: str, state: str, at: datetime) -> None:
        self.told[kept.account, kept.id, period] = state

    def release(self, kept: Kept, period: str, at: datetime) -> None:
        self.told[kept.account, kept.id, period] = "free"


class Told:
    """Takes reminders; `says` is what telling comes to, an error is raised."""

    def __init__(self) -> None:
        self.dues: list[Due] = []
        self.says: Mapping[str, str | Exception] = {}

    def tell(self, due: Due) -> str:
        said = self.says.get(due.account, "told")
        if isinstance(said, Exception):
            raise said
        if said == "told":
            self.dues.append(due)
        return said


class Town:
    """Everything together: a power company with an interface, a water company and two offices that upload."""

    def __init__(self, *utilities: Utility, per_address: int = 30) -> None:
        self.clock = MovableClock()
        self.table, self.power, self.justice = MemorySource(), MemorySource(), MemorySource()
        self.datasets = MemoryDatasets(*utilities)
        self.counters, self.store, self.told = MemoryCounters(), MemorySaved(), Told()
        sources = AccountSources(self.table, {"power": self.power, "justice": self.justice})
        guessing = Guessing(self.counters, self.clock, SECRET, per_address)
        self.lookups = AccountLookups(self.datasets, sources, guessing, SECRET)
        self.saved = SavedCodes(self.store, self.lookups, self.datasets, sources, self.clock, SECRET)
        self.reminders = Reminders(self.store, self.datasets, sources, self.told, self.clock)
        self.power.give("home", "bills", "power", CODE, PHONE_END, bill())

    def keep_many(self, count: int) -> list[str]:
        """So many people who each keep the one code and wish to be reminded; their accounts."""
        accounts = [f"citizen-{number}" for number in range(count)]
        for account in accounts:
            self.saved.save(question(account=account), "", remind=True)
        return accounts


def question(**changes: str) -> Question:
    """Somebody asks rightly for the one bill, but for the changes."""
    asked = {
        "account": CITIZEN, "address": ADDRESS, "language": "vi", "utility": "home", "offer": "bills", "code": CODE,
        "factor": PHONE_END,
    }  # fmt: skip
    return Question(**asked | changes)


def shards() -> range:
    """The numbers of all shards."""
    return range(DUE_SHARDS)
