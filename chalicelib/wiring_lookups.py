"""What the utilities need, built as wiring.py builds the rest: on first use, once a process."""

from functools import cache
from typing import TYPE_CHECKING

from chalicelib import wiring
from chalicelib.core import clock
from chalicelib.runtime.settings import settings

if TYPE_CHECKING:
    from chalicelib.bridges.lookups import LookupAreas
    from chalicelib.lookups.account.reminders import Reminders
    from chalicelib.lookups.account.saved import SavedCodes
    from chalicelib.lookups.account.service import AccountLookups, AccountSources
    from chalicelib.lookups.catalogue.service import Utilities
    from chalicelib.lookups.figures.indicators import Indicators
    from chalicelib.lookups.figures.ratings import Ratings
    from chalicelib.lookups.figures.usage import UsageCounter
    from chalicelib.lookups.places.boards import Boards
    from chalicelib.lookups.places.packs import Packs
    from chalicelib.lookups.places.service import PlaceFinder
    from chalicelib.lookups.uploads.loading import Loader
    from chalicelib.lookups.uploads.providers import DatasetBucket, UploadQueue
    from chalicelib.lookups.uploads.runs import Runs
    from chalicelib.lookups.uploads.service import Supplying
    from chalicelib.lookups.uploads.store import DatasetStore
    from chalicelib.lookups.upstream.sources import Sources
    from chalicelib.notices.due_notices import DueNotices
    from chalicelib.notices.upload_reports import UploadReports
    from chalicelib.pages.dataset_views import DatasetPages


@cache
def utilities() -> "Utilities":
    """The catalogue of utilities."""
    from chalicelib.lookups.catalogue.rules import Known
    from chalicelib.lookups.catalogue.service import Utilities
    from chalicelib.lookups.catalogue.store import CatalogueStore

    directory = wiring.directory()
    known = Known(lambda code: directory.agency(code) is not None, lambda code: directory.area(code) is not None)
    return Utilities(CatalogueStore(clock.now), known, clock.now)


@cache
def areas() -> "LookupAreas":
    """The map as lookups wish to see it."""
    from chalicelib.bridges.lookups import LookupAreas

    return LookupAreas(wiring.directory())


@cache
def usage() -> "UsageCounter":
    """Counting how often utilities are used."""
    from chalicelib.lookups.figures.usage import UsageCounter
    from chalicelib.lookups.figures.usage_store import UsageStore

    return UsageCounter(UsageStore(), areas(), clock.now)


@cache
def ratings() -> "Ratings":
    """What people think of the utilities."""
    from random import SystemRandom
    from time import sleep

    from chalicelib.lookups.figures.rating_store import DynamoRatings
    from chalicelib.lookups.figures.ratings import Ratings

    # Others who rate the same utility at the same moment try again at another one each.
    chance, secret = SystemRandom(), settings().secret_key
    return Ratings(
        DynamoRatings(secret), utilities().one, clock.now, lambda attempt: sleep(chance.uniform(0, 0.01 * 2**attempt)), secret
    )  # fmt: skip


@cache
def indicators() -> "Indicators":
    """Figures of the utilities."""
    from chalicelib.lookups.figures.indicators import Indicators
    from chalicelib.lookups.figures.usage import UsageFigures
    from chalicelib.lookups.figures.usage_store import UsageStore

    figures = UsageFigures(UsageStore(), clock.now)
    return Indicators(utilities().all, figures, ratings().summary, areas(), clock.now)


@cache
def providers() -> "Sources":
    """The companies' interfaces as sources of accounts and boards, by the ids that feeds name."""
    from chalicelib.lookups.upstream.answer_store import AnswerStore
    from chalicelib.lookups.upstream.asking import Outside
    from chalicelib.lookups.upstream.breaker_store import GateStore, PaceStore
    from chalicelib.lookups.upstream.connections import configured, sources
    from chalicelib.lookups.upstream.providers import (
        HttpTransport,
        OperatorsJournal,
        ParameterSecrets,
        ProcessPatience,
    )
    from chalicelib.runtime.clients import client

    given = settings()
    outside = Outside(
        AnswerStore(), GateStore(), PaceStore(), OperatorsJournal(), ProcessPatience(), clock.now, given.secret_key
    )  # fmt: skip
    # One short attempt: a secret that is not to be had is a failed call like others, within the same budget.
    secrets = ParameterSecrets(lambda: client("ssm", attempts=1, patience=2), given.stage)
    return sources(configured(given.providers, given.stage), outside, HttpTransport(), secrets)


@cache
def account_sources() -> "AccountSources":
    """Whom to ask for the records under a code."""
    from chalicelib.lookups.account.service import AccountSources
    from chalicelib.lookups.account.store import AccountRows

    return AccountSources(AccountRows(dataset_store(), settings().secret_key), providers())


@cache
def account_lookups() -> "AccountLookups":
    """Looking accounts up."""
    from chalicelib.lookups.account.guess_store import GuessStore
    from chalicelib.lookups.account.guessing import Guessing
    from chalicelib.lookups.account.service import AccountLookups

    given = settings()
    guessing = Guessing(GuessStore(), clock.now, given.secret_key, given.guesses_per_address)
    return AccountLookups(utilities(), account_sources(), guessing, given.secret_key)


@cache
def saved_codes() -> "SavedCodes":
    """What people keep of their codes, and all their bills."""
    from chalicelib.lookups.account.saved import SavedCodes
    from chalicelib.lookups.account.saved_store import SavedStore

    return SavedCodes(
        SavedStore(), account_lookups(), utilities(), account_sources(), clock.now, settings().secret_key
    )  # fmt: skip


@cache
def reminders() -> "Reminders":
    """Reminding people of bills."""
    from chalicelib.lookups.account.reminders import Reminders
    from chalicelib.lookups.account.saved_store import ReminderStore

    return Reminders(ReminderStore(), utilities(), account_sources(), teller(), clock.now)


@cache
def places() -> "PlaceFinder":
    """Places: near, of an area, by name."""
    from chalicelib.lookups.places.service import PlaceFinder
    from chalicelib.lookups.places.store import PlaceStore

    calendar, secret = wiring.directory().calendar, settings().secret_key
    return PlaceFinder(utilities(), PlaceStore(), dataset_store(), areas(), usage(), calendar, clock.now, secret)


@cache
def boards() -> "Boards":
    """Notices, prices, cuts and the like, by area."""
    from chalicelib.lookups.places.board_store import BoardTable
    from chalicelib.lookups.places.boards import Boards
    from chalicelib.lookups.places.receipt_store import ReceiptStore

    uploads, secret = BoardTable(dataset_store(), clock.now), settings().secret_key
    return Boards(utilities(), uploads, providers(), areas(), ReceiptStore(), usage(), clock.now, secret)


@cache
def packs() -> "Packs":
    """All of a utility for a commune."""
    from chalicelib.lookups.places.packs import Packs
    from chalicelib.lookups.places.store import PlaceStore

    return Packs(utilities(), PlaceStore(), dataset_store(), boards(), areas(), usage(), clock.now)


@cache
def dataset_files() -> "DatasetBucket":
    """The bucket Datasets."""
    from chalicelib.lookups.uploads.providers import DatasetBucket
    from chalicelib.runtime.clients import client

    return DatasetBucket(lambda: client("s3"), settings().datasets_bucket)


@cache
def dataset_store() -> "DatasetStore":
    """Uploads and the versions that live."""
    from time import time

    from chalicelib.lookups.uploads.store import DatasetStore

    # Between requests a function is frozen, and no other clock is promised to go on meanwhile.
    return DatasetStore(time)


@cache
def loader() -> "Loader":
    """What brings files into the table, and takes versions out of it."""
    from chalicelib.lookups.catalogue.store import CatalogueStore
    from chalicelib.lookups.uploads.batch_store import BatchStore
    from chalicelib.lookups.uploads.loading import Loader, Outside

    return Loader(
        Outside(
            catalogue=CatalogueStore(clock.now), uploads=dataset_store(), files=dataset_files(), batches=BatchStore(),
            areas=areas(), secret=settings().secret_key, clock=clock.now,
        )
    )  # fmt: skip


@cache
def supplying() -> "Supplying":
    """What units do with the data they supply."""
    from time import time

    from chalicelib.lookups.uploads.service import Supplying
    from chalicelib.lookups.uploads.store import DatasetStore

    # Who has just sent a file or gone back sees it at once.
    uploads = DatasetStore(time, fresh=0)
    return Supplying(utilities(), uploads, dataset_files(), loader(), clock.now, settings().secret_key)


@cache
def dataset_pages() -> "DatasetPages":
    """The pages on which units send their data."""
    from chalicelib import wiring_staff
    from chalicelib.bridges.datasets import LIMITS, DatasetDesks
    from chalicelib.pages.dataset_views import DatasetPages

    desk, door = DatasetDesks(supplying()), wiring_staff.centre_door()
    return DatasetPages(door, desk, clock.now, wiring.page_address(), LIMITS)


@cache
def upload_runs() -> "Runs":
    """Runs of the loader with what belongs to them."""
    from chalicelib.accounts.staff_pool import StaffPool
    from chalicelib.lookups.uploads.runs import Runs
    from chalicelib.runtime.clients import client

    given = settings()
    staff = StaffPool(lambda: client("cognito-idp"), given.staff_pool, given.staff_client)
    return Runs(loader(), utilities(), dataset_store(), dataset_files(), upload_queue(), reports(), staff)


@cache
def upload_queue() -> "UploadQueue":
    """The queue Uploads."""
    from chalicelib.lookups.uploads.providers import UploadQueue
    from chalicelib.runtime.clients import client

    return UploadQueue(lambda: client("sqs"), settings().uploads_queue)


@cache
def reports() -> "UploadReports":
    """E-mails to units about their uploads."""
    from chalicelib.notices.bounce_store import BounceStore
    from chalicelib.notices.providers import OperatorsJournal, SesMailer
    from chalicelib.notices.report_store import ReportStore
    from chalicelib.notices.upload_reports import UploadReports
    from chalicelib.runtime.clients import client

    given = settings()
    # One attempt a call: a repeated call could be a second message.
    mailer = SesMailer(lambda: client("sesv2", attempts=1), given.mail_from, given.stage, given.mail_events)
    bounces = BounceStore(given.secret_key)
    return UploadReports(ReportStore(), mailer, bounces, OperatorsJournal(), clock.now, given.base_url)


@cache
def teller() -> "DueNotices":
    """Reminders of bills."""
    from chalicelib.notices.bounce_store import BounceStore
    from chalicelib.notices.delivery import Post
    from chalicelib.notices.due_notices import DueNotices
    from chalicelib.notices.providers import OperatorsJournal, SesMailer, SnsTexter
    from chalicelib.notices.quiet import read_hours
    from chalicelib.runtime.clients import client

    given = settings()
    mailer = SesMailer(lambda: client("sesv2", attempts=1), given.mail_from, given.stage, given.mail_events)
    post = Post(mailer, SnsTexter(lambda: client("sns", attempts=1), given.stage))
    night, bounces = read_hours(given.quiet_hours), BounceStore(given.secret_key)
    return DueNotices(
        wiring.notice_store(), wiring.accounts(), post, OperatorsJournal(), bounces, clock.now, night
    )  # fmt: skip
