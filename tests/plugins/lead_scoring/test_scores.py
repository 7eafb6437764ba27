"""Scores through the real host: explained, batched, raised once by a won deal, stored for the list of the best, nothing where it is off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, inspect, select

from dealwright.accounts.actor import Actor
from dealwright.contacts.models import Person
from dealwright.contacts.scores import PersonScore, scores_of
from dealwright.contacts.service import change_person, create_person
from dealwright.deals.service import create_deal
from dealwright.kernel.db import Model, transaction
from dealwright.kernel.errors import Conflict, Forbidden, Refused
from dealwright.kernel.migration import migrate
from dealwright.kernel.workspaces import Workspace
from dealwright.plugin_host.ask import ask
from dealwright.plugin_host.lifecycle import configure, disable, enable
from dealwright.plugin_host.loader import installed
from dealwright.plugin_host.tell import tell
from dealwright_hookspecs import Score, ScoreSubject
from dealwright_lead_scoring import demo, rules, scores
from dealwright_lead_scoring.models import Event, StoredRule, StoredScore
from tests.conftest import Actors
from tests.plugins.lead_scoring.conftest import NAME, As, People, won
from tests.statements import statements

Write = Callable[..., int]


def score_of(actor: Actor, person_id: int) -> Score:
    [answered] = scores_of(actor, [person_id])[person_id]
    assert answered.source == "Lead scoring"
    assert answered.score is not None
    return answered.score


def test_a_person_is_scored_and_every_point_explained(users: Actors, people: People, write_rule: Write) -> None:
    write_rule("Decides", 30, "job_title", "contains", "HEAD")
    write_rule("Belongs somewhere", 20, {"not": {"field": "organisation", "operator": "empty"}})
    write_rule("Near", 15, "city", "=", "Brașov")
    write_rule("Switched off", 50, "country", "=", "RO", active=False)
    score = score_of(users["rep_a1"], people["ana"].id)
    assert score.total == 50
    assert [(part.label, part.points, part.seen) for part in score.parts] == [
        ("Decides", 30, "Job title is “Head of Purchasing”"),
        ("Belongs somewhere", 20, "Organisation is known"),
        ("Near", 0, "unknown: City"),
    ]


def test_a_changed_person_is_scored_as_they_are_now(users: Actors, people: People, write_rule: Write) -> None:
    write_rule("Decides", 30, "job_title", "contains", "head")
    bea = people["bea"]
    assert score_of(users["rep_a1"], bea.id).total == 0
    change_person(users["rep_a1"], bea.id, version=bea.version, job_title="Head of IT")
    assert score_of(users["rep_a1"], bea.id).total == 30


def test_nobody_learns_the_score_of_somebody_they_do_not_see(users: Actors, people: People, write_rule: Write) -> None:
    write_rule("Decides", 30, "job_title", "contains", "head")
    ids = [person.id for person in people.values()]
    assert set(scores_of(users["rep_a1"], ids)) == {people["ana"].id, people["bea"].id}
    assert set(scores_of(users["rep_b1"], ids)) == {people["cem"].id}


def test_the_number_of_queries_does_not_grow_with_the_people(users: Actors, people: People, write_rule: Write) -> None:
    rep = users["rep_a1"]
    write_rule("Decides", 30, "job_title", "contains", "head")
    many = [create_person(rep, name=f"Person {number}", country="RO").id for number in range(40)]
    scores_of(rep, many[:1])
    counts = []
    for ids in (many[:1], many):
        with statements() as seen:
            assert len(scores_of(rep, ids)) == len(ids)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 3


def test_only_people_are_scored(users: Actors, people: People) -> None:
    [answer] = ask(users["rep_a1"], "scores", subjects=(ScoreSubject("lead", 1), ScoreSubject("person", people["ana"].id)))
    assert list(answer.value) == [ScoreSubject("person", people["ana"].id)]


def test_a_won_deal_raises_the_score_once_however_often_it_is_told(
    scoring: Workspace, users: Actors, actors: Actors, people: People
) -> None:
    ana = people["ana"]
    deal = create_deal(users["rep_a1"], title="Racks", person_id=ana.id)
    for _delivery in range(2):
        assert tell(actors["plugin"], NAME, won(ana, deal.id))
    score = score_of(users["rep_a1"], ana.id)
    assert score.total == 10
    assert [(part.label, part.points) for part in score.parts] == [("Won deals", 10)]
    assert score.parts[0].seen.startswith("Won deals is 1, Last deal won is 2 Nov 2026")
    with scoring.read() as s:
        assert s.scalar(select(StoredScore.total)) == 10


def test_a_won_deal_is_heard_together_with_its_delivery_or_not_at_all(
    scoring: Workspace, users: Actors, actors: Actors, people: People
) -> None:
    deal = create_deal(users["rep_a1"], title="Racks", person_id=people["ana"].id)

    def deliver() -> None:
        with transaction(scoring):
            tell(actors["plugin"], NAME, won(people["ana"], deal.id))
            raise LookupError

    with pytest.raises(LookupError):
        deliver()
    with scoring.read() as s:
        assert (s.scalar(select(func.count()).select_from(Event)), s.scalar(select(func.count()).select_from(StoredScore))) == (0, 0)


def test_won_deals_without_a_person_or_of_one_who_is_gone_count_for_nobody(
    scoring: Workspace, users: Actors, actors: Actors, people: People
) -> None:
    deal = create_deal(users["rep_a1"], title="Racks")
    with scoring.write() as s:
        s.delete(s.get_one(Person, people["cem"].id))
    for person in (None, people["cem"]):
        tell(actors["plugin"], NAME, won(person, deal.id))
    with scoring.read() as s:
        assert s.scalar(select(func.count()).select_from(Event)) == 0


def test_what_a_won_deal_is_worth_is_a_setting(admin: Actor, users: Actors, actors: Actors, people: People) -> None:
    ids = [create_deal(users["rep_a1"], title=f"Deal {number}", person_id=people["ana"].id).id for number in range(3)]
    for deal_id in ids:
        tell(actors["plugin"], NAME, won(people["ana"], deal_id))
    assert score_of(users["rep_a1"], people["ana"].id).total == 30
    configure(admin, NAME, {"points_per_won_deal": 20, "most_points_for_won_deals": 50})
    assert score_of(users["rep_a1"], people["ana"].id).total == 50
    with pytest.raises(Refused, match="points_per_won_deal"):
        configure(admin, NAME, {"points_per_won_deal": 101})


def test_scores_go_with_the_person_and_events_with_the_deal(scoring: Workspace, users: Actors, actors: Actors, people: People) -> None:
    cem = people["cem"]
    deal = create_deal(users["rep_a1"], title="Racks", person_id=people["ana"].id)
    tell(actors["plugin"], NAME, won(cem, deal.id))
    with scoring.write() as s:
        s.delete(s.get_one(Person, cem.id))
    with scoring.read() as s:
        assert (s.scalar(select(func.count()).select_from(Event)), s.scalar(select(func.count()).select_from(StoredScore))) == (0, 0)


def test_a_saved_rule_has_everybodys_score_computed_whoever_saved_it(
    scoring: Workspace, users: Actors, people: People, write_rule: Write, do_jobs: Callable[[], int], working_for: As
) -> None:
    write_rule("First", 10, "country", "=", "TR")
    write_rule("Decides", 30, "job_title", "contains", "head")
    assert do_jobs() == 2
    with scoring.read() as s:
        stored = {row.person_id: (row.total, row.edition) for row in s.scalars(select(StoredScore))}
    assert stored == {people["ana"].id: (30, 3), people["bea"].id: (0, 3), people["cem"].id: (40, 3)}
    seen = {}
    for name in ("admin", "rep_a1", "rep_b1"):
        with working_for(users[name]):
            seen[name] = [(row.name, row.total, row.reason, row.outdated) for row in scores.best()[0]]
    assert seen["admin"] == [
        ("Cem", 40, "Decides", False),
        ("Ana Marin", 30, "Decides", False),
        ("Bea", 0, "", False),
    ]
    assert [name for name, *_rest in seen["rep_a1"]] == ["Ana Marin", "Bea"]
    assert [name for name, *_rest in seen["rep_b1"]] == ["Cem"]


def test_the_best_are_paged(users: Actors, people: People, write_rule: Write, do_jobs: Callable[[], int], working_for: As) -> None:
    write_rule("Decides", 30, "job_title", "contains", "head")
    do_jobs()
    with working_for(users["admin"]):
        names, after = [], ""
        for _page in range(4):
            found, after = scores.best(after, limit=1)
            names += [row.name for row in found]
            if not after:
                break
        assert names == ["Ana Marin", "Cem", "Bea"]
        for wrong in ("x", "1.", "1.2.3", "۱.۲", "9" * 30):
            with pytest.raises(Refused, match="page address"):
                scores.best(wrong)


def test_recomputing_by_an_older_edition_ends_at_once(
    scoring: Workspace, actors: Actors, people: People, write_rule: Write, working_for: As
) -> None:
    write_rule("Decides", 30, "job_title", "contains", "head")
    with working_for(actors["plugin"]):
        scores.recompute(1)
    with scoring.read() as s:
        assert s.scalar(select(func.count()).select_from(StoredScore)) == 0


def test_all_pages_of_people_are_recomputed(
    scoring: Workspace, actors: Actors, people: People, working_for: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scores, "AT_ONCE", 2)
    for _time in range(2):
        with working_for(actors["plugin"]):
            scores.recompute()
    with scoring.read() as s:
        assert s.scalar(select(func.count()).select_from(StoredScore)) == 3


def test_a_rule_changed_meanwhile_is_not_written_over(users: Actors, write_rule: Write, working_for: As) -> None:
    rule_id = write_rule("Decides", 30, "job_title", "contains", "head")
    with working_for(users["manager_a"]):
        known = rules.rule(rule_id)
        given: dict[str, Any] = {"name": "Decides", "active": True, "tree": known.tree}
        rules.save_rule(rule_id, version=known.version, points=25, **given)
        with pytest.raises(Conflict):
            rules.save_rule(rule_id, version=known.version, points=20, **given)
        with pytest.raises(Conflict):
            rules.delete_rule(rule_id, version=known.version)
        assert [rule.points for rule in rules.rules()] == [25]


def test_a_rule_whose_field_is_gone_counts_for_nothing_and_says_so(
    scoring: Workspace, users: Actors, people: People, write_rule: Write, working_for: As
) -> None:
    write_rule("Decides", 30, "job_title", "contains", "head")
    with scoring.write() as s:
        s.add(StoredRule(name="Old", points=50, condition={"field": "shoe_size", "operator": "=", "value": "43"}))
    assert score_of(users["rep_a1"], people["ana"].id).total == 30
    with working_for(users["manager_a"]):
        faults = {rule.name: rule.fault for rule in rules.rules()}
    assert faults["Decides"] == ""
    assert "shoe_size" in faults["Old"]


def test_who_may_not_edit_rules_cannot_by_any_verb(users: Actors, write_rule: Write, working_for: As) -> None:
    rule_id = write_rule("Decides", 30, "job_title", "contains", "head")
    calls: list[Callable[[], Any]] = [
        rules.rules,
        rules.add_suggestions,
        rules.order_recomputation,
        lambda: rules.rule(rule_id),
        lambda: rules.delete_rule(rule_id, version=1),
        lambda: rules.save_rule(None, version=None, name="x", points=1, active=True, tree=None),  # type: ignore[arg-type] # refused before
    ]
    for name in ("rep_a1", "readonly"):
        for call in calls:
            with working_for(users[name]), pytest.raises(Forbidden):
                call()


def test_there_is_a_most_of_rules(users: Actors, write_rule: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST", 1)
    write_rule("First", 1, "country", "=", "RO")
    with pytest.raises(Refused, match="At most 1 rules"):
        write_rule("Second", 1, "country", "=", "RO")


def test_the_demonstration_has_rules_and_scores_and_is_loaded_once(
    scoring: Workspace, users: Actors, people: People, working_for: As
) -> None:
    for _time in range(2):
        with working_for(users["admin"]):
            demo.load()
    assert score_of(users["rep_a1"], people["ana"].id).total == 75
    with scoring.read() as s:
        assert s.scalar(select(func.count()).select_from(StoredRule)) == 6
        assert s.scalar(select(func.count()).select_from(StoredScore)) == 3


def test_where_it_is_off_nothing_is_shown_and_nothing_lost(admin: Actor, users: Actors, people: People, write_rule: Write) -> None:
    write_rule("Decides", 30, "job_title", "contains", "head")
    disable(admin, NAME)
    assert scores_of(users["rep_a1"], [people["ana"].id]) == {}
    enable(admin, NAME)
    assert score_of(users["rep_a1"], people["ana"].id).total == 30


def test_a_plugin_that_cannot_be_asked_is_named(users: Actors, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing:
        """Answers to an ask where the plugin failed."""

        failed = (NAME,)

        def __iter__(self) -> Any:
            return iter(())

    monkeypatch.setattr("dealwright.contacts.scores.ask", lambda *_args, **_kwargs: Failing())
    assert scores_of(users["rep_a1"], [people["ana"].id]) == {people["ana"].id: [PersonScore("Lead scoring", None)]}


def test_the_migration_makes_the_tables_as_declared_and_goes_back(scoring: Workspace, admin: Actor) -> None:
    declared = {table.name: table for table in Model.metadata.sorted_tables if table.name.startswith("lead_scoring_")}
    assert len(declared) == 4
    with scoring.read() as s:
        there = inspect(s.connection())
        for name, table in declared.items():
            columns = {column["name"]: (column["nullable"], str(column["type"]).split("(")[0]) for column in there.get_columns(name)}
            dialect = s.connection().dialect
            assert columns == {
                c.name: (c.nullable, c.type.compile(dialect=dialect).split("(")[0].replace(" WITH TIME ZONE", "")) for c in table.columns
            }
            keys = {(key["referred_table"], key["options"].get("ondelete")) for key in there.get_foreign_keys(name)}
            assert keys == {(key.column.table.name, key.ondelete) for key in table.foreign_keys}
            named = {index["name"] for index in there.get_indexes(name) if not index.get("duplicates_constraint")}
            assert named == {index.name for index in table.indexes}
    disable(admin, NAME)
    distribution = installed().plugins[NAME].distribution
    assert distribution is not None
    migrate(scoring.database, distribution, to="base")
    with scoring.read() as s:
        assert not [name for name in inspect(s.connection()).get_table_names() if name in declared]
    enable(admin, NAME)
