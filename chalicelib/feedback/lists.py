"""Lists of cases, a page at a time: the reporter's own, those followed, the public feed."""

from collections.abc import Callable, Mapping, Sequence

from chalicelib.core.codes import open_cursor, seal_cursor
from chalicelib.core.errors import invalid
from chalicelib.core.paging import Page
from chalicelib.feedback import commands
from chalicelib.feedback.model import Feedback
from chalicelib.feedback.ports import Directory, Line, PublicFilter, Store
from chalicelib.feedback.values import Publication

Read = Callable[[Mapping[str, str] | None], tuple[Sequence[Line], Mapping[str, str] | None]]


class CaseLists:
    """One method a list; cursors are signed and good for the list they came from only."""

    def __init__(self, store: Store, directory: Directory, secret: str) -> None:
        self._store = store
        self._directory = directory
        self._secret = secret

    def own(self, account: str, wanted: commands.ListOwn) -> Page[Line]:
        """The reporter's cases, newest first."""
        return self._page(f"own {account}", wanted.cursor, lambda after: self._store.own(account, wanted.limit, after))

    def followed(self, account: str, wanted: commands.ListOwn) -> Page[Line]:
        """The cases that an account follows, what it followed last first; without those that the public may not read now."""

        def read(after: Mapping[str, str] | None) -> tuple[Sequence[Line], Mapping[str, str] | None]:
            follows, place = self._store.followed(account, wanted.limit, after)
            heads = self._store.heads([follow.code for follow in follows]) if follows else {}
            cases = [heads[follow.code] for follow in follows if follow.code in heads]
            return [line_of(case) for case in cases if case.publication is Publication.PUBLIC], place

        return self._page(f"followed {account}", wanted.cursor, read)

    def public(self, wanted: commands.ListPublic) -> Page[Line]:
        """Public cases, newest first; raises Invalid for an unknown area, category or agency or a bad box."""
        purpose = f"public {wanted.area} {wanted.category} {wanted.status} {wanted.agency} {wanted.bbox}"
        before = open_cursor(self._secret, purpose, wanted.cursor)["before"] if wanted.cursor else ""
        lines, place = self._store.public(self._filter(wanted), wanted.limit, before)
        return Page(tuple(lines), seal_cursor(self._secret, purpose, {"before": place}) if place else None)

    def _filter(self, wanted: commands.ListPublic) -> PublicFilter:
        if wanted.category is not None and not self._directory.knows_category(wanted.category):
            raise invalid("category", "field.category")
        if wanted.agency is not None and not self._directory.knows_agency(wanted.agency):
            raise invalid("agency", "field.agency")
        areas, districts = None, self._directory.districts()
        if wanted.area is not None:
            areas = self._directory.within(wanted.area)
            if not areas:
                raise invalid("area", "field.area")
            own = dict(self._directory.path(wanted.area)).get("district")
            districts = (own,) if own else districts
        return PublicFilter(districts, areas, wanted.category, wanted.status, wanted.agency, wanted.box())

    def _page(self, purpose: str, cursor: str | None, read: Read) -> Page[Line]:
        lines, place = read(open_cursor(self._secret, purpose, cursor) if cursor else None)
        return Page(tuple(lines), seal_cursor(self._secret, purpose, dict(place)) if place else None)


def line_of(case: Feedback) -> Line:
    """A public case as a list shows it, from its head."""
    heading = case.matter or case.heading
    return Line(
        code=case.code, status=case.status.value, category=case.category, area=case.area, level=case.level.value,
        publication=case.publication.value, submitted_at=case.submitted_at, due=case.deadline, agency=case.agency,
        title=heading.title if heading else "", lat=heading.lat if heading else None, long=heading.long if heading else None,
        scheduled_for=case.answer.scheduled_for if case.answer else "",
    )  # fmt: skip
