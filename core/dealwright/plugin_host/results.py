"""Checks of what plugins answer, made once for each hook from its specification: container, types, ids and currency."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any, Union, get_args, get_origin

Check = Callable[[Any, dict[str, Any]], Any]
"""Takes an answer and the call's arguments; returns the answer as it may be used (None: there is none), or raises BadAnswer."""

ASKED = "ids asked for"
"""Where the check keeps, among the arguments of one ask, what was asked for by id; the plugins' answers are all compared with it."""


class BadAnswer(Exception):
    """A plugin answered something else than its hook promises."""


def check_for(answer: Any, *, keyed_by: str, element: Any, same_currency: bool) -> Check:
    """Return the check for a hook whose specification returns `answer`; `element` is the type of what `keyed_by` holds."""
    if answer in (None, type(None)):
        return _nothing
    parts = get_args(answer)
    if get_origin(answer) is Mapping:
        return _mapping(parts[1], keyed_by=keyed_by, by_key=_has_key(element), same_currency=same_currency)
    if get_origin(answer) is Sequence:
        return _sequence(_value_check(parts[0]))
    value = _value_check(answer)

    def single(given: Any, _arguments: dict[str, Any]) -> Any:
        value(given)
        return given

    return single


def _has_key(element: Any) -> bool:
    return is_dataclass(element) and any(field.name == "key" for field in fields(element))


def _nothing(given: Any, _arguments: dict[str, Any]) -> Any:
    raise BadAnswer(f"nothing was to be answered, not a {type(given).__name__}")


def _mapping(wanted: Any, *, keyed_by: str, by_key: bool, same_currency: bool) -> Check:
    exact, value = _exact(wanted), _value_check(wanted)

    def check(given: Any, arguments: dict[str, Any]) -> Any:
        if type(given) is not dict:
            given = _as_dict(given)
        if not given:
            return None
        answer = given.copy()
        asked = arguments.get(ASKED) if keyed_by else answer
        if asked is None:
            asked = arguments[ASKED] = {one.key if by_key else one: one for one in arguments[keyed_by]}
        for key, item in given.items():
            if item is None:
                del answer[key]
                continue
            if key not in asked:
                raise BadAnswer(f"nobody asked for the id {key!r:.60}")
            if type(item) is not exact or exact is Decimal:
                value(item)
            if same_currency and item.currency != asked[key].currency:
                raise BadAnswer(f"the answer for {key!r:.60} is in {item.currency}, not in {asked[key].currency}")
        return answer

    return check


def _as_dict(given: Any) -> dict[Any, Any]:
    if not isinstance(given, Mapping):
        raise BadAnswer(f"a mapping was to be answered, not a {type(given).__name__}")
    return dict(given.items())


def _sequence(value: Callable[[Any], None]) -> Check:
    def check(given: Any, _arguments: dict[str, Any]) -> Any:
        if isinstance(given, str | bytes) or not isinstance(given, Sequence):
            raise BadAnswer(f"a list was to be answered, not a {type(given).__name__}")
        answer = tuple(given)
        for item in answer:
            value(item)
        return answer

    return check


def _value_check(wanted: Any) -> Callable[[Any], None]:
    kinds = tuple(part for part in get_args(wanted) if part is not type(None)) if _is_union(wanted) else (wanted,)
    exact = tuple(get_origin(kind) or kind for kind in kinds)
    name = " or ".join(kind.__name__ for kind in exact)

    def check(given: Any) -> None:
        if type(given) not in exact:
            raise BadAnswer(f"a {name} was to be answered, not a {type(given).__name__}")
        if type(given) is Decimal and not given.is_finite():
            raise BadAnswer("a finite number was to be answered")

    return check


def _exact(wanted: Any) -> Any:
    """Return the one type that a value must have, None when there are several."""
    return None if _is_union(wanted) else get_origin(wanted) or wanted


def _is_union(wanted: Any) -> bool:
    return get_origin(wanted) in (Union, types.UnionType)
