"""What the weather needs to be told."""

from marshmallow import Schema, fields, validate


class WeatherSettings(Schema):
    """A station and its key."""

    station = fields.String(load_default="Kyiv", metadata={"label": "Station"}, validate=validate.Length(min=2))
    key = fields.String(load_default="", metadata={"label": "Key", "secret": True})
    unit = fields.String(load_default="mm", validate=validate.OneOf(["mm", "inch"], labels=["Millimetres", "Inches"]))
    litres = fields.Decimal(load_default="1.5", metadata={"label": "Litres a deal"})
    loud = fields.Boolean(load_default=False, metadata={"label": "Loud"})
