"""What an administrator may set for follow-ups."""

from marshmallow import Schema, fields, validate

from dealwright_hookspecs import gettext_noop


class FollowupSettings(Schema):
    """The plugin's settings in one workspace."""

    rest_days = fields.Integer(
        load_default=1,
        validate=validate.Range(0, 365),
        metadata={
            "label": gettext_noop("Days between follow-ups to one person"),
            "description": gettext_noop(
                "Who got one in these days is skipped, so that two sendings do not write to the same person. 0: never skip."
            ),
        },
    )
    reply_to_owner = fields.Boolean(
        load_default=True,
        metadata={
            "label": gettext_noop("Answers go to the deal's owner"),
            "description": gettext_noop("Otherwise they go to the address that the workspace sends with."),
        },
    )
