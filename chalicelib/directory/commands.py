"""What the administrators of the directory ask for, as types."""

from datetime import date
from typing import Annotated

import msgspec

from chalicelib.core.errors import FieldError
from chalicelib.directory.model import (
    AgencyKind,
    AreaLevel,
    CategoryLevel,
    Danger,
    OfficerRole,
    PublicationRule,
)

MOST_OFFICERS = 10
MOST_STEPS = 8
MOST_AREAS = 250

Code = Annotated[str, msgspec.Meta(min_length=1, max_length=40, pattern=r"^[a-z0-9_-]+$")]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Reason = Annotated[str, msgspec.Meta(min_length=10, max_length=1000)]
Version = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Phone = Annotated[str, msgspec.Meta(min_length=3, max_length=24)]
Email = Annotated[str, msgspec.Meta(min_length=3, max_length=254)]


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One request's content. `version` is that of what the caller has read, 0 where there is nothing yet."""

    version: Version
    reason: Reason


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One attempt of a routing rule: the agency of `kind` that serves the matter's area of `level`."""

    kind: AgencyKind
    level: AreaLevel


class KeepCategory(Command, frozen=True, kw_only=True):
    """A whole category from a day on, today where none is given."""

    order: Annotated[int, msgspec.Meta(ge=1, le=10_000)]
    name_vi: Name
    name_en: Name
    level: CategoryLevel
    may_be_urgent: Danger | None = None
    working_days: Annotated[int, msgspec.Meta(ge=1, le=90)] | None = None
    urgent_hours: Annotated[int, msgspec.Meta(ge=1, le=240)]
    publication: PublicationRule
    routing: Annotated[tuple[Step, ...], msgspec.Meta(max_length=MOST_STEPS)] = ()
    safety_vi: Annotated[str, msgspec.Meta(max_length=500)] = ""
    safety_en: Annotated[str, msgspec.Meta(max_length=500)] = ""
    group: Annotated[str, msgspec.Meta(max_length=40)] = ""
    valid_from: date | None = None

    def problems(self) -> list[FieldError]:
        """What is wrong with the fields by themselves."""
        errors = []
        if self.working_days is None and self.level is not CategoryLevel.URGENT:
            errors.append(FieldError("working_days", "field.missing"))
        if len(set(self.routing)) < len(self.routing):
            errors.append(FieldError("routing", "field.step_twice"))
        return errors


class KeepOfficer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One person in charge; the phone is one that an SMS can reach."""

    role: OfficerRole
    name: Name
    email: Email
    phone: Phone


class KeepAgency(Command, frozen=True, kw_only=True):
    """A whole agency with its officers from a day on, today where none is given."""

    kind: AgencyKind
    name: Name
    short_name: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    areas: Annotated[tuple[Code, ...], msgspec.Meta(max_length=MOST_AREAS)]
    parent: Code | None = None
    email: Email
    phone: Phone
    approval: bool = False
    officers: Annotated[tuple[KeepOfficer, ...], msgspec.Meta(max_length=MOST_OFFICERS)]
    valid_from: date | None = None

    def problems(self) -> list[FieldError]:
        """What is wrong with the fields by themselves."""
        errors = []
        if not self.areas:
            errors.append(FieldError("areas", "field.missing"))
        if len(set(self.areas)) < len(self.areas):
            errors.append(FieldError("areas", "field.area_twice"))
        if not any(officer.role is OfficerRole.HEAD for officer in self.officers):
            errors.append(FieldError("officers", "field.head_missing"))
        return errors


class End(Command, frozen=True, kw_only=True):
    """From which day on it holds no more, today where none is given."""

    on: date | None = None


class KeepDay(Command, frozen=True, kw_only=True):
    """What a day is from now on: off, a working day, or what the public calendar says; the reason names the decision."""

    kind: Annotated[str, msgspec.Meta(pattern="^(off|work|official)$")]
