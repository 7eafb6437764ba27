"""What the bridge can be told for a whole workspace. What concerns one shop stands with the shop."""

from marshmallow import Schema, fields

from dealwright_hookspecs import gettext_noop


class ShopBridgeSettings(Schema):
    """How customers are recognised."""

    trust_account_mail = fields.Boolean(
        load_default=True,
        metadata={
            "label": gettext_noop("Shops verify the mail address of an account"),
            "description": gettext_noop(
                "An order from an account then goes to the person who has that address. A guest's address never does."
            ),
        },
    )
