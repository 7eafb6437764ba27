"""What plugins think of people: the ask `scores`, each answer with the name of its plugin. Answers are shown side by side, never added."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dealwright.accounts.actor import Actor
from dealwright.kernel.text import translator
from dealwright.plugin_host.ask import ask
from dealwright.plugin_host.state import plugins_of
from dealwright_hookspecs.scoring import Score, ScoreSubject


@dataclass(frozen=True, slots=True)
class PersonScore:
    """A score and the title of the plugin that gave it; no score when the plugin could not be asked."""

    source: str
    score: Score | None


def scores_of(actor: Actor, person_ids: Iterable[int | None]) -> dict[int, list[PersonScore]]:
    """Return each person's scores, by one ask for all of them; a plugin that failed is named for everybody."""
    ids = sorted({person_id for person_id in person_ids if person_id is not None})
    if not ids:
        return {}
    answers = ask(actor, "scores", subjects=tuple(ScoreSubject("person", person_id) for person_id in ids))
    found: dict[int, list[PersonScore]] = {}
    for answer in answers:
        title = _title(actor, answer.plugin)
        for subject, score in answer.value.items():
            found.setdefault(subject.id, []).append(PersonScore(title, score))
    for plugin in answers.failed:
        for person_id in ids:
            found.setdefault(person_id, []).append(PersonScore(_title(actor, plugin), None))
    return found


def _title(actor: Actor, plugin: str) -> str:
    return translator(plugin)(plugins_of(actor.workspace).installed.plugins[plugin].manifest.title)
