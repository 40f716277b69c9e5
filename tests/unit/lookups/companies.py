"""The catalogue's own offers, and the companies of the stand-in as the application reaches them, in memory otherwise."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from chalicelib.lookups.model import Dataset, Feed
from chalicelib.lookups.upstream.asking import Contract, Provider
from chalicelib.lookups.upstream.connections import sources
from chalicelib.lookups.upstream.exchange import Reply, Request
from chalicelib.lookups.upstream.providers import HttpTransport
from chalicelib.lookups.upstream.sources import Sources
from infra.local.upstreams import SECRETS, Upstreams
from infra.seed.utilities import utilities
from tests.unit.lookups.upstream_fakes import Tables

# What a busy machine always manages, and what the stand-in's slow answers always exceed.
PATIENT, IMPATIENT = 5.0, 0.2


class Known:
    """Secrets by provider."""

    def __init__(self, secrets: dict[str, str]) -> None:
        self._secrets = secrets

    def secret(self, provider: str) -> str:
        return self._secrets[provider]


@dataclass
class Saying:
    """A transport that gives the same reply to whatever it is asked."""

    reply: Reply
    requests: list[Request] = field(default_factory=list)

    def send(self, request: Request, seconds: float) -> Reply:
        self.requests.append(request)
        return self.reply


def dataset(utility: str, offer: str) -> Dataset:
    """An offer as the province begins with it."""
    (found,) = (one for one in utilities() if one.id == utility)
    made = found.offer(offer)
    assert made
    return Dataset(utility, made)


def provided(of: Dataset) -> list[Feed]:
    """The feeds that a provider answers for."""
    return [feed for feed in of.offer.feeds if feed.provider]


@contextmanager
def standing_in() -> Iterator[Upstreams]:
    """The stand-in, whose slow answers take longer than we wait."""
    with Upstreams(slow_seconds=IMPATIENT * 2) as upstreams:
        yield upstreams


def connected(
    upstreams: Upstreams, tables: Tables, secrets: dict[str, str] | None = None, seconds: float = PATIENT
) -> Sources:
    """Sources over real HTTP, each question asked once."""
    providers = {
        name: Provider(Contract(name), f"{upstreams.url}/{name}", timeout_seconds=seconds, attempts=1, per_second=1000)
        for name in SECRETS
    }
    return sources(providers, tables.outside(), HttpTransport(), Known(secrets or SECRETS))


def fault_of(tables: Tables) -> str:
    """The one fault that operators have heard of."""
    (fault,) = tables.heard.faults
    return fault.value
