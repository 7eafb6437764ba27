"""Checks of what plugins answer, made once for each hook from its specification: container, types, ids and currency."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any, Union, get_args, get_origin

Asked = Mapping[Any, Any]
"""What was asked for, by id."""
Check = Callable[[Any, Asked], Any]
"""Takes an answer and what was asked for; returns the answer as it may be used (None: there is none), or raises BadAnswer."""


class BadAnswer(Exception):
    """A plugin answered something else than its hook promises."""


def check_for(answer: Any, *, keyed: bool, same_currency: bool) -> Check:
    """Return the check for a hook whose specification returns `answer`; with `keyed` only ids that were asked for are known."""
    if answer in (None, type(None)):
        return _nothing
    parts = get_args(answer)
    if get_origin(answer) is Mapping:
        return _mapping(parts[1], keyed=keyed, same_currency=same_currency)
    if get_origin(answer) is Sequence:
        return _sequence(_value_check(parts[0]))
    value = _value_check(answer)

    def single(given: Any, _asked: Asked) -> Any:
        value(given)
        return given

    return single


def by_id(element: Any) -> Callable[[Sequence[Any]], Asked]:
    """Return what makes a mapping by id of what is asked for: by its `key` where `element`, its type, has one, else by itself."""
    if is_dataclass(element) and any(field.name == "key" for field in fields(element)):
        return lambda items: {item.key: item for item in items}
    return dict.fromkeys


def _nothing(given: Any, _asked: Asked) -> Any:
    raise BadAnswer(f"nothing was to be answered, not a {type(given).__name__}")


def _mapping(wanted: Any, *, keyed: bool, same_currency: bool) -> Check:
    exact, value = _exact(wanted), _value_check(wanted)
    plain = keyed and not same_currency and exact is not Decimal

    def check(given: Any, asked: Asked) -> Any:
        if plain and type(given) is dict:
            for key, item in given.items():
                if type(item) is not exact or key not in asked:
                    break
            else:
                return given.copy() if given else None
        return careful(given, asked)

    def careful(given: Any, asked: Asked) -> Any:
        answer = {key: item for key, item in _as_dict(given).items() if item is not None}
        for key, item in answer.items():
            if keyed and key not in asked:
                raise BadAnswer(f"nobody asked for the id {key!r:.60}")
            value(item)
            if same_currency and item.currency != asked[key].currency:
                raise BadAnswer(f"the answer for {key!r:.60} is in {item.currency}, not in {asked[key].currency}")
        return answer or None

    return check


def _as_dict(given: Any) -> dict[Any, Any]:
    if not isinstance(given, Mapping):
        raise BadAnswer(f"a mapping was to be answered, not a {type(given).__name__}")
    return dict(given.items())


def _sequence(value: Callable[[Any], None]) -> Check:
    def check(given: Any, _asked: Asked) -> Any:
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
