"""What an administrator may set for scoring."""

from marshmallow import Schema, fields, validate

from dealwright_hookspecs import gettext_noop


class ScoringSettings(Schema):
    """The plugin's settings in one workspace."""

    points_per_won_deal = fields.Integer(
        load_default=10,
        validate=validate.Range(0, 100),
        metadata={
            "label": gettext_noop("Points for a won deal"),
            "description": gettext_noop("For each deal that was won with the person since scoring is on; 0 leaves deals out."),
        },
    )
    most_points_for_won_deals = fields.Integer(
        load_default=30,
        validate=validate.Range(0, 100),
        metadata={
            "label": gettext_noop("Most points for won deals"),
            "description": gettext_noop("All won deals of a person together give no more than this."),
        },
    )
