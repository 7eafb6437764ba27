"""Pages of scoring: the people with the best scores, the rules, and the form of one rule, which needs no script."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from dealwright.sdk import Refused, filters, gettext, needs, page, people, session
from dealwright_lead_scoring import conditions, rules, scores
from dealwright_lead_scoring.conditions import COMPARISONS, Row
from dealwright_lead_scoring.facts import FIELDS
from dealwright_lead_scoring.schemas import RuleForm, VersionForm, read

bp = Blueprint("lead_scoring", __name__)
HOME = "/p/lead_scoring/rules"
SPARE_ROWS = 2
Values = dict[str, Any]


@bp.get("/")
@needs("people.read")
def best() -> str:
    """List the people with the highest scores."""
    after = request.args.get("after", "")
    found, more = scores.best(after)
    rows = [(row, people.link(row.person_id)) for row in found]
    return page("lead_scoring/best.html", rows=rows, outdated=any(row.outdated for row in found), more=more, after=after)


@bp.get("/rules")
@needs(rules.RIGHT)
def all_rules() -> str:
    """List the rules."""
    with session() as s:
        number, since = rules.edition(s)
    return page("lead_scoring/rules.html", rules=rules.rules(), edition=number, since=since)


@bp.get("/rules/new")
@needs(rules.RIGHT)
def new_rule() -> str:
    """Show the form for a new rule."""
    values = {"points": "10", "active": "1", "combine": "all", "rows": [], "tree": '{"and": []}'}
    return _form(None, values, as_json="as_json" in request.args)


@bp.post("/rules")
@needs(rules.RIGHT)
def create_rule() -> Response | str | tuple[str, int]:
    """Make a rule, or say whom it would fit."""
    return _save(None)


@bp.get("/rules/<int:rule_id>")
@needs(rules.RIGHT)
def rule(rule_id: int) -> str:
    """Show the form of a rule; as JSON where rows cannot say its condition."""
    found = rules.rule(rule_id)
    rows = conditions.rows_of(found.tree) if found.tree is not None else None
    values: Values = {"name": found.name, "points": found.points, "active": "1" if found.active else "", "version": found.version}
    values |= {
        "tree": conditions.as_text(found.raw),
        "combine": "all" if rows is None or rows[0] else "any",
        "rows": rows[1] if rows else [],
    }
    return _form(rule_id, values, as_json="as_json" in request.args or rows is None, fault=found.fault)


@bp.post("/rules/<int:rule_id>")
@needs(rules.RIGHT)
def change_rule(rule_id: int) -> Response | str | tuple[str, int]:
    """Change a rule, or say whom it would fit."""
    rules.rule(rule_id)
    return _save(rule_id)


@bp.post("/rules/<int:rule_id>/delete")
@needs(rules.RIGHT)
def delete_rule(rule_id: int) -> Response:
    """Delete a rule."""
    rules.delete_rule(rule_id, version=read(VersionForm, request.form)["version"])
    return redirect(HOME)


@bp.post("/rules/suggested")
@needs(rules.RIGHT)
def add_suggestions() -> Response:
    """Begin with the suggested rules."""
    rules.add_suggestions()
    return redirect(HOME)


@bp.post("/recompute")
@needs(rules.RIGHT)
def recompute() -> Response:
    """Order that all scores are computed anew."""
    rules.order_recomputation()
    return redirect(HOME)


def _save(rule_id: int | None) -> Response | str | tuple[str, int]:
    try:
        form = read(RuleForm, request.form)
        tree = _tree(form)
        if form["preview"]:
            return _form(rule_id, _entered(), as_json=bool(form["as_json"]), fits=scores.fitting(tree), said=conditions.said(tree))
        given = {"name": form["name"].strip(), "points": form["points"], "active": form["active"] == "1"}
        rules.save_rule(rule_id, version=form["version"], tree=tree, **given)
    except Refused as refused:
        return _form(rule_id, _entered(), as_json="as_json" in request.form, error=refused), refused.status
    return redirect(HOME)


def _tree(form: Values) -> filters.Tree:
    if form["as_json"]:
        return conditions.checked(form["tree"])
    if not len(form["field"]) == len(form["comparison"]) == len(form["value"]):
        raise Refused("bad_field", gettext("Each condition is a field, a comparison and a value."), field="condition")
    rows = [Row(*row) for row in zip(form["field"], form["comparison"], form["value"], strict=True)]
    return conditions.from_rows(rows, every=form["combine"] == "all")


def _entered() -> Values:
    """Return what was posted, for the form to show again."""
    rows = zip(*(request.form.getlist(name) for name in ("field", "comparison", "value")), strict=False)
    plain = {name: request.form.get(name, "") for name in ("name", "points", "active", "version", "combine", "tree")}
    return {**plain, "rows": [Row(*row) for row in rows if row[0]]}


def _form(
    rule_id: int | None,
    values: Values,
    *,
    as_json: bool,
    fault: str = "",
    error: Refused | None = None,
    fits: tuple[int, int] | None = None,
    said: str = "",
) -> str:
    values["rows"] = [*values["rows"], *[Row()] * SPARE_ROWS]
    return page(
        "lead_scoring/rule.html",
        rule_id=rule_id,
        values=values,
        as_json=as_json,
        fault=fault,
        error=error,
        fits=fits,
        said=said,
        fields=[(name, field.caption) for name, field in FIELDS.items()],
        comparisons=[(key, gettext(label)) for key, label in COMPARISONS.items()],
    )
