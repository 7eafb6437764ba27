"""The weather on the command line."""

import click

from tests.plugins_fixture.weather import station


@click.command()
@click.option("--litres", default=1, type=int)
def measure(litres: int) -> None:
    """Rain so many times."""
    for _litre in range(litres):
        station.rain(1)
    click.echo(f"{station.showers()} showers")
