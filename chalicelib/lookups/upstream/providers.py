"""How providers are reached: HTTP by urllib3, their secrets in SSM's parameters, what operators hear, how a process waits."""

import random
import time
from collections.abc import Callable
from typing import Any

import urllib3
from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.exceptions import TimeoutError as TooSlow

from chalicelib.lookups.upstream.asking import CallFailed, Fault
from chalicelib.lookups.upstream.exchange import MOST_BYTES, Reply, Request
from chalicelib.runtime.observability import count_by, logger

_PIECE = 65_536
# A function sleeps between its requests; what lies between it and the provider forgets a silent connection unheard.
_IDLE_SECONDS = 20.0
_SECRET_SECONDS = 300.0


class HttpTransport:
    """HTTP with one pool of connections for the life of the process; certificates are checked, redirects never followed."""

    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        self._pool = urllib3.PoolManager(num_pools=8, maxsize=4, retries=False, headers={"User-Agent": "yenbai-s"})
        self._ticks = ticks
        self._used_at = ticks()

    def send(self, request: Request, seconds: float) -> Reply:
        """Exchange once, within so many seconds and MOST_BYTES; raises CallFailed without what urllib3 said of it."""
        began = self._ticks()
        if began - self._used_at > _IDLE_SECONDS:
            self._pool.clear()
        self._used_at = began
        ends = began + seconds
        try:
            answer = self._pool.request(
                "POST", request.url, body=request.body, headers={**self._pool.headers, **request.headers},
                timeout=urllib3.Timeout(total=seconds), redirect=False, preload_content=False,
            )  # fmt: skip
            try:
                body = self._read(answer, ends)
            except BaseException:
                # A connection that was not read to its end is of no use to the next.
                answer.close()
                raise
            answer.release_conn()
        except HTTPError as error:
            # urllib3 counts a connection refused among the time-outs.
            slow = isinstance(error, TooSlow) and not isinstance(error, NewConnectionError)
            raise CallFailed(Fault.TIMEOUT if slow else Fault.CONNECTION) from error
        kind, wait = (answer.headers.get(name, "") for name in ("Content-Type", "Retry-After"))
        return Reply(answer.status, kind.lower(), body, wait)

    def _read(self, answer: Any, ends: float) -> bytes:
        """The body, piece by piece as it comes, so that a dripping one ends in time too."""
        body = bytearray()
        while piece := answer.read1(_PIECE):
            body += piece
            if len(body) > MOST_BYTES:
                raise CallFailed(Fault.MALFORMED)
            if self._ticks() > ends:
                raise CallFailed(Fault.TIMEOUT)
        return bytes(body)


class ParameterSecrets:
    """Secrets in SSM's Parameter Store, `/yenbai-s/<stage>/providers/<id>`; each is read anew after five minutes."""

    def __init__(self, ssm: Callable[[], Any], stage: str, ticks: Callable[[], float] = time.monotonic) -> None:
        self._ssm = ssm
        self._stage = stage
        self._ticks = ticks
        self._known: dict[str, tuple[str, float]] = {}

    def secret(self, provider: str) -> str:
        """The secret for a provider; raises CallFailed where there is none or it may not be read."""
        known, read_at = self._known.get(provider, ("", float("-inf")))
        if self._ticks() - read_at < _SECRET_SECONDS:
            return known
        name = f"/yenbai-s/{self._stage}/providers/{provider}"
        try:
            found = self._ssm().get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
        except (ClientError, BotoCoreError) as error:
            logger.error("secret of a provider not read", exc_info=error, provider=provider)
            raise CallFailed(Fault.REFUSED) from error
        self._known[provider] = (str(found), self._ticks())
        return str(found)


class OperatorsJournal:
    """Metrics by provider and one log line a failed call; neither questions nor answers are in them."""

    def failed(self, provider: str, fault: Fault) -> None:
        """Count and log a failed call."""
        count_by("ProviderFailed", "provider", provider)
        logger.warning("provider failed", provider=provider, fault=fault.value)

    def opened(self, provider: str) -> None:
        """Count and log that the provider is not asked for a while."""
        count_by("BreakerOpened", "provider", provider)
        logger.warning("breaker opened", provider=provider)


class ProcessPatience:
    """This process's time and chance."""

    def ticks(self) -> float:
        """Seconds that only go forward."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Let so many pass."""
        time.sleep(seconds)

    def chance(self) -> float:
        """A number from 0 to below 1."""
        return random.random()  # noqa: S311 - it spreads attempts, it keeps no secret
