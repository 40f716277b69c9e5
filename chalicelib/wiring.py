"""Where slices meet: builds services from stores and providers, on first use, once a process.

Every import of a store, a provider or a service stands inside its factory, so that a function loads only what it serves.
"""

from functools import cache
from typing import TYPE_CHECKING

from chalicelib.core import clock
from chalicelib.runtime.settings import settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.accounts.challenge import Challenge
    from chalicelib.accounts.service import AccountsService
    from chalicelib.bridges.notices import NoticeDirectory, NoticeEffects
    from chalicelib.bridges.pages import PageCases
    from chalicelib.bridges.reference import ReferenceData
    from chalicelib.bridges.signatures import HeadSignatures
    from chalicelib.directory.service import Directory
    from chalicelib.feedback.agency_service import AgencyService
    from chalicelib.feedback.casework import Casework
    from chalicelib.feedback.centre_service import CentreService
    from chalicelib.feedback.consequences import Consequences
    from chalicelib.feedback.following import Following
    from chalicelib.feedback.lists import CaseLists
    from chalicelib.feedback.providers import EventPublisher, PhotoBucket
    from chalicelib.feedback.sealed_store import SealedStore
    from chalicelib.feedback.sealing import Opening, Sealing
    from chalicelib.feedback.service import FeedbackService
    from chalicelib.feedback.similar_cases import SimilarCases
    from chalicelib.feedback.store import CaseStore
    from chalicelib.feedback.sweep import Sweep
    from chalicelib.feedback.views import Views
    from chalicelib.feedback.watch import Watch
    from chalicelib.notices.inbox import InboxService
    from chalicelib.notices.service import NoticesService
    from chalicelib.notices.store import NoticeStore
    from chalicelib.pages.views import Address, OfficerPages, PublicPages
    from chalicelib.runtime.http import Reply


@cache
def directory() -> "Directory":
    """Areas, agencies, categories and the calendar."""
    from chalicelib.directory.service import Directory
    from chalicelib.directory.store import DirectoryStore

    return Directory(DirectoryStore(), clock.now)


@cache
def accounts() -> "AccountsService":
    """Signing in, profiles, how to reach a person."""
    from chalicelib.accounts.providers import CitizensPool
    from chalicelib.accounts.service import AccountsService, Rules
    from chalicelib.accounts.store import AccountStore
    from chalicelib.runtime.clients import client

    given = settings()
    pool = CitizensPool(lambda: client("cognito-idp"), given.citizens_pool, given.citizens_client)
    rules = Rules(given.stage, given.secret_key, given.codes_per_address)
    return AccountsService(AccountStore(), pool, lambda code: directory().area(code) is not None, clock.now, rules)


@cache
def challenge() -> "Challenge":
    """What the user pool asks of us during a sign-in."""
    from chalicelib.accounts.challenge import Challenge
    from chalicelib.accounts.providers import SnsTexts
    from chalicelib.accounts.store import AccountStore
    from chalicelib.runtime.clients import client

    # Cognito gives a trigger five seconds and then calls it again.
    texts = SnsTexts(lambda: client("sns", attempts=1, patience=3))
    return Challenge(AccountStore(), texts, clock.now, settings().secret_key)


@cache
def signatures() -> "HeadSignatures":
    """One-time codes on the phones of agencies' heads."""
    from chalicelib.accounts.providers import SnsTexts
    from chalicelib.accounts.signing import SigningCodes
    from chalicelib.accounts.signing_store import SigningStore
    from chalicelib.bridges.signatures import HeadSignatures
    from chalicelib.runtime.clients import client

    given, texts = settings(), SnsTexts(lambda: client("sns", attempts=1))
    codes = SigningCodes(SigningStore(), texts, clock.now, given.stage, given.secret_key)
    return HeadSignatures(directory(), codes)


@cache
def cases() -> "CaseStore":
    """The table Cases."""
    from chalicelib.feedback.store import CaseStore

    return CaseStore()


@cache
def photos() -> "PhotoBucket":
    """The bucket Photos."""
    from secrets import token_hex

    from chalicelib.feedback.providers import PhotoBucket
    from chalicelib.runtime.clients import client

    return PhotoBucket(lambda: client("s3"), settings().photos_bucket, lambda: token_hex(8))


@cache
def event_publisher() -> "EventPublisher":
    """The topic FeedbackEvents."""
    from chalicelib.feedback.providers import EventPublisher
    from chalicelib.runtime.clients import client

    return EventPublisher(lambda: client("sns"), settings().feedback_events_topic)


@cache
def reference() -> "ReferenceData":
    """The directory as the feedback slice wishes to see it."""
    from chalicelib.bridges.reference import ReferenceData

    return ReferenceData(directory())


@cache
def casework() -> "Casework":
    """The way cases change."""
    from secrets import token_hex

    from chalicelib.feedback.casework import Casework

    return Casework(cases(), clock.now, lambda: token_hex(4), settings().secret_key)


@cache
def feedback() -> "FeedbackService":
    """The use cases of a case."""
    from chalicelib.feedback.service import FeedbackService

    return FeedbackService(
        cases(),
        casework(),
        reference(),
        photos(),
        directory().calendar,
        clock.now,
        settings().secret_key,
    )


@cache
def agencies() -> "AgencyService":
    """What agencies do with cases."""
    from chalicelib.feedback.agency_service import AgencyService

    return AgencyService(cases(), casework(), reference(), photos(), directory().calendar, clock.now, signatures())


class ReporterContacts:
    """Names and phones of reporters (feedback.ports.Contacts)."""

    def contact(self, account: str) -> tuple[str, str] | None:
        """(name, phone) of the account, or None."""
        return reporter_contact(account)


@cache
def sealed_parts() -> "SealedStore":
    """The table Sealed."""
    from chalicelib.feedback.sealed_store import SealedStore

    return SealedStore()


@cache
def sealing() -> "Sealing":
    """Putting cases under seal."""
    from chalicelib.feedback.sealing import Sealing

    return Sealing(cases(), casework(), sealed_parts(), photos())


@cache
def opening() -> "Opening":
    """Opening sealed cases for an auditor."""
    from chalicelib.feedback.sealing import Opening

    return Opening(cases(), sealed_parts(), photos(), ReporterContacts(), clock.now)


@cache
def centre() -> "CentreService":
    """What the operations centre does with cases."""
    from chalicelib.feedback.centre_lists import CentreLists
    from chalicelib.feedback.centre_service import CentreService, Sources

    secret = settings().secret_key
    lists, calendar = CentreLists(cases(), reference(), secret), directory().calendar
    return CentreService(
        Sources(
            cases(), casework(), lists, sealing(), reference(), ReporterContacts(), calendar, clock.now, secret,
        )
    )  # fmt: skip


@cache
def consequences() -> "Consequences":
    """What follows from a merge, a split or a seal."""
    from chalicelib.feedback.consequences import Consequences

    return Consequences(cases(), reference(), photos(), clock.now, sealing().finish)


@cache
def case_lists() -> "CaseLists":
    """Lists of cases."""
    from chalicelib.feedback.lists import CaseLists

    return CaseLists(cases(), reference(), settings().secret_key)


@cache
def following() -> "Following":
    """Who follows which case."""
    from chalicelib.feedback.following import Following

    return Following(cases(), clock.now)


@cache
def similar_cases() -> "SimilarCases":
    """What may be the same matter."""
    from chalicelib.feedback.similar_cases import SimilarCases

    return SimilarCases(cases(), reference())


@cache
def feedback_views() -> "Views":
    """Cases as their readers see them."""
    from chalicelib.feedback.views import Views

    known = reference()
    names = (known.area, known.agency, known.category_name, known.safety)
    return Views(*names, photos().link, directory().calendar)


@cache
def sweep() -> "Sweep":
    """What time or a lost event left undone."""
    from chalicelib.feedback.sweep import Sweep

    return Sweep(cases(), feedback(), effects(), event_publisher())


@cache
def watch() -> "Watch":
    """What time does to open cases; its calendar is read anew at every pass."""
    from chalicelib.directory.service import Directory
    from chalicelib.directory.store import DirectoryStore
    from chalicelib.feedback.watch import Watch

    return Watch(cases(), casework(), Directory(DirectoryStore(), clock.now, kept_seconds=0).calendar)


def reporter_contact(account: str) -> tuple[str, str] | None:
    """Name and phone of a reporter, for an agency that may see them."""
    found = accounts().contact(account)
    return (found.name, found.phone) if found else None


@cache
def page_cases() -> "PageCases":
    """Cases as the pages show them."""
    from time import sleep

    from chalicelib.bridges.pages import Offices, PageCases, Sources

    return PageCases(
        Sources(
            feedback(),
            agencies(),
            feedback_views(),
            Offices(directory()),
            reporter_contact,
            directory().calendar,
            clock.now,
            settings().secret_key,
            sleep,
        )
    )


@cache
def page_address() -> "Address":
    """Where people open the pages: behind a host of its own, or under the path of a stage."""
    from urllib.parse import urlsplit

    from chalicelib.pages.views import Address

    base = settings().base_url
    return Address(base, urlsplit(base).path)


@cache
def officer_pages() -> "OfficerPages":
    """The pages behind a signed link."""
    from secrets import token_urlsafe

    from chalicelib.feedback.commands import LEAST_RESULT, MOST_FILES
    from chalicelib.pages.forms import Forms
    from chalicelib.pages.ports import Limits
    from chalicelib.pages.views import OfficerPages

    forms = Forms(settings().secret_key, lambda: token_urlsafe(12))
    return OfficerPages(page_cases(), forms, Limits(LEAST_RESULT, MOST_FILES), clock.now, page_address())


@cache
def public_pages() -> "PublicPages":
    """The pages that anybody may read."""
    from chalicelib.pages.views import PublicPages

    return PublicPages(page_cases(), page_address())


def problem_page(missing: str, status: int, body: "Mapping[str, object]", language: str) -> "Reply":
    """A problem document as a page."""
    from chalicelib.pages.views import problem

    return problem(page_address().root, missing, status, body, language)


@cache
def notice_store() -> "NoticeStore":
    """The table Notices."""
    from chalicelib.notices.store import NoticeStore

    return NoticeStore()


@cache
def notice_directory() -> "NoticeDirectory":
    """The directory as notices wish to see it."""
    from chalicelib.bridges.notices import NoticeDirectory

    return NoticeDirectory(directory())


@cache
def notices() -> "NoticesService":
    """Telling agencies and citizens what happened to a case."""
    from chalicelib.bridges.notices import CaseReader
    from chalicelib.notices.bounce_store import BounceStore
    from chalicelib.notices.delivery import Delivery, Post
    from chalicelib.notices.providers import OperatorsJournal, SesMailer, SnsTexter
    from chalicelib.notices.quiet import read_hours
    from chalicelib.notices.rendering import Renderer
    from chalicelib.notices.service import NoticesService
    from chalicelib.runtime.clients import client

    given, store, journal = settings(), notice_store(), OperatorsJournal()
    # One attempt a call: a repeated call could be a second message.
    mailer = SesMailer(lambda: client("sesv2", attempts=1), given.mail_from, given.stage, given.mail_events)
    texter = SnsTexter(lambda: client("sns", attempts=1), given.stage)
    renderer = Renderer(notice_directory(), given.base_url, given.secret_key)
    night, bounces = read_hours(given.quiet_hours), BounceStore(given.secret_key)
    delivery = Delivery(
        store, notice_directory(), accounts(), renderer, Post(mailer, texter), journal, clock.now, night, bounces
    )
    return NoticesService(
        store, CaseReader(cases(), reference()), notice_directory(), accounts(), delivery, journal, clock.now
    )


@cache
def inbox() -> "InboxService":
    """Reading what a citizen was told."""
    from chalicelib.notices.inbox import InboxService

    return InboxService(notice_store(), notice_directory(), settings().secret_key)


@cache
def effects() -> "NoticeEffects":
    """Which events had their notices recorded."""
    from chalicelib.bridges.notices import NoticeEffects
    from chalicelib.notices.marks import Marks

    return NoticeEffects(Marks(notice_store(), clock.now))
