"""JSON and query strings to typed commands: every field error at once, in words that both languages have.

msgspec stops at the first error and lets duplicate keys, NaN and control characters pass; here each field is converted by itself.
"""

import json
from collections.abc import Hashable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, TypeVar, cast

import msgspec
from msgspec import inspect

from chalicelib.core.errors import FieldError, Invalid, Malformed, TooLarge
from chalicelib.core.text import has_control, tidy

T = TypeVar("T", bound=msgspec.Struct)

MAX_BODY = 64 * 1024
_MAX_DEPTH = 12
_MAX_NUMBER_LENGTH = 40


def decode_body(raw: bytes, command: type[T], most: int = MAX_BODY) -> T:
    """The command in a JSON body of at most so many bytes; no body at all says nothing, like an empty object.

    Raises TooLarge, Malformed (not JSON, not an object, duplicate keys, NaN, too deep) or Invalid with every field error.
    """
    if len(raw) > most:
        raise TooLarge(limit=most)
    return convert(_read_json(raw) if raw else {}, command)


def decode_text(values: Mapping[str, str], command: type[T]) -> T:
    """The command in a query string or a form, whose values are all text; raises Invalid."""
    return convert(dict(values), command, strict=False)


def convert(values: dict[str, Any], command: type[T], strict: bool = True) -> T:
    """The command in a mapping of untrusted values; raises Invalid with every field error."""
    errors: list[FieldError] = []
    made = _struct(values, command, "", strict, errors)
    if errors:
        raise Invalid(errors)
    return made  # type: ignore[no-any-return]


def _read_json(raw: bytes) -> dict[str, Any]:
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_constant=_no_constant,
            parse_int=_number,
            parse_float=_decimal,
        )
    except UnicodeDecodeError:
        raise Malformed("error.not_utf8") from None
    except (ValueError, RecursionError):
        raise Malformed("error.not_json") from None
    if not isinstance(value, dict):
        raise Malformed("error.not_object")
    if _depth(value) > _MAX_DEPTH:
        raise Malformed("error.too_deep")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise Malformed("error.duplicate_keys")
    return made


def _no_constant(text: str) -> Any:
    raise ValueError(text)


def _number(text: str) -> int:
    if len(text) > _MAX_NUMBER_LENGTH:
        raise ValueError("number too long")
    return int(text)


def _decimal(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError("number too large")
    return value


def _depth(value: Any, level: int = 1) -> int:
    # Stops one level past the limit, so that hostile nesting costs no deep recursion here.
    if level > _MAX_DEPTH or not isinstance(value, dict | list):
        return level
    children = value.values() if isinstance(value, dict) else value
    return max((_depth(child, level + 1) for child in children), default=level)


def _struct(values: Any, command: type[Any], at: str, strict: bool, errors: list[FieldError]) -> Any:
    if not isinstance(values, dict):
        errors.append(FieldError(at or "body", "field.object"))
        return None
    fields = _fields(cast(Hashable, command))
    before = len(errors)
    for name in values:
        if name not in fields:
            errors.append(FieldError(_path(at, _shown(name)), "field.unknown"))
    made: dict[str, Any] = {}
    for name, field in fields.items():
        if name in values:
            made[field.name] = _value(values[name], field.shape, _path(at, name), strict, errors)
        elif field.required:
            errors.append(FieldError(_path(at, name), "field.missing"))
    if len(errors) > before:
        return None
    return command(**made)


class _Shape(msgspec.Struct, frozen=True):
    """What a value must be, worked out once: its kind, whether None will do, what msgspec converts it to, what items are."""

    kind: inspect.Type
    optional: bool
    annotation: Any = None
    items: "_Shape | None" = None


class _Field(msgspec.Struct, frozen=True):
    """A field of a command."""

    name: str
    required: bool
    shape: _Shape


@cache
def _fields(command: Hashable) -> dict[str, _Field]:
    info = inspect.type_info(command)
    assert isinstance(info, inspect.StructType)
    return {field.encode_name: _Field(field.name, field.required, _shape(field.type)) for field in info.fields}


def _shape(kind: inspect.Type) -> _Shape:
    kind, optional = _without_none(_bare(kind))
    if isinstance(kind, inspect.StructType):
        return _Shape(kind, optional)
    if isinstance(kind, inspect.VarTupleType | inspect.ListType):
        return _Shape(kind, optional, items=_shape(kind.item_type))
    return _Shape(kind, optional, annotation=_annotation(kind))


def _path(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name


def _shown(name: str) -> str:
    # A field's name comes back in the answer, so it must be harmless and short.
    return "".join(
        letter if letter.isprintable() and not "\ud800" <= letter <= "\udfff" else "?" for letter in name[:60]
    )


def _value(value: Any, shape: _Shape, at: str, strict: bool, errors: list[FieldError]) -> Any:
    if value is None and shape.optional:
        return None
    if isinstance(shape.kind, inspect.StructType):
        return _struct(value, shape.kind.cls, at, strict, errors)
    if shape.items is not None:
        return _items(value, shape, shape.items, at, strict, errors)
    return _scalar(value, shape, at, strict, errors)


def _bare(kind: inspect.Type) -> inspect.Type:
    """The type without what only its JSON schema says; those rules are checked where the command is carried out."""
    return _bare(kind.type) if isinstance(kind, inspect.Metadata) else kind


def _without_none(kind: inspect.Type) -> tuple[inspect.Type, bool]:
    if not isinstance(kind, inspect.UnionType):
        return kind, False
    rest = [part for part in kind.types if not isinstance(part, inspect.NoneType)]
    assert len(rest) == 1, "a command's field has one type, or that type and None"
    return rest[0], len(rest) < len(kind.types)


def _items(
    value: Any, shape: _Shape, items: _Shape, at: str, strict: bool, errors: list[FieldError]
) -> tuple[Any, ...]:
    if not strict and isinstance(value, str):
        value = [part for part in value.split(",") if part]
    if not isinstance(value, list):
        errors.append(FieldError(at, "field.list"))
        return ()
    most = getattr(shape.kind, "max_length", None)
    if most is not None and len(value) > most:
        errors.append(FieldError(at, "field.list_long", (("most", most),)))
        return ()
    least = getattr(shape.kind, "min_length", None)
    if least is not None and len(value) < least:
        errors.append(FieldError(at, "field.list_short", (("least", least),)))
        return ()
    return tuple(_value(item, items, f"{at}.{place}", strict, errors) for place, item in enumerate(value))


def _scalar(value: Any, shape: _Shape, at: str, strict: bool, errors: list[FieldError]) -> Any:
    if isinstance(value, str):
        if has_control(value):
            errors.append(FieldError(at, "field.control"))
            return None
        value = tidy(value)
    if isinstance(shape.kind, inspect.FloatType) and isinstance(value, bool):
        errors.append(_expected(shape.kind, at))
        return None
    if isinstance(shape.kind, inspect.IntType) and isinstance(value, float) and value.is_integer():
        value = int(value)  # JSON has one kind of number: 9.0 is the integer 9
    try:
        made = msgspec.convert(value, shape.annotation, strict=strict)
    except (msgspec.ValidationError, OverflowError):
        made = float("nan")
    if made != made:  # NaN alone differs from itself; msgspec lets it pass every bound
        errors.append(_expected(shape.kind, at))
    return made


def _annotation(kind: inspect.Type) -> Any:
    """The annotation behind an inspected type, with its constraints."""
    match kind:
        case inspect.StrType():
            return Annotated[
                str, msgspec.Meta(min_length=kind.min_length, max_length=kind.max_length, pattern=kind.pattern)
            ]
        case inspect.IntType():
            return Annotated[int, msgspec.Meta(ge=kind.ge, le=kind.le)]
        case inspect.FloatType():
            return Annotated[float, msgspec.Meta(ge=kind.ge, le=kind.le)]
        case inspect.EnumType():
            return kind.cls
        case inspect.BoolType():
            return bool
        case inspect.DateTimeType():
            return Annotated[datetime, msgspec.Meta(tz=True)]
        case inspect.DateType():
            return date
    raise AssertionError(f"no command may use the type {kind!r}")


def _expected(kind: inspect.Type, at: str) -> FieldError:
    """The error that says what the field must be."""
    match kind:
        case inspect.StrType(pattern=str()):
            return FieldError(at, "field.pattern")
        case inspect.StrType():
            least, most = kind.min_length or 0, kind.max_length or MAX_BODY
            return FieldError(at, "field.text", (("least", least), ("most", most)))
        case inspect.IntType() | inspect.FloatType() if kind.ge is not None and kind.le is not None:
            return FieldError(at, "field.number_between", (("least", kind.ge), ("most", kind.le)))
        case inspect.IntType() | inspect.FloatType():
            return FieldError(at, "field.number")
        case inspect.EnumType():
            choices = ", ".join(str(member.value) for member in kind.cls)
            return FieldError(at, "field.choice", (("choices", choices),))
        case inspect.BoolType():
            return FieldError(at, "field.yes_or_no")
        case inspect.DateTimeType():
            return FieldError(at, "field.time")
        case inspect.DateType():
            return FieldError(at, "field.date")
    raise AssertionError(f"no command may use the type {kind!r}")
