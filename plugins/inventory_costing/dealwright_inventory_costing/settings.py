"""What an administrator may set for costing."""

from marshmallow import Schema, fields

from dealwright_hookspecs import gettext_noop


class CostingSettings(Schema):
    """The plugin's settings in one workspace."""

    warn_negative = fields.Boolean(
        load_default=True,
        metadata={
            "label": gettext_noop("Warn when stock is negative"),
            "description": gettext_noop("An entry that leaves less than nothing says so; the cost is provisional until goods come in."),
        },
    )
