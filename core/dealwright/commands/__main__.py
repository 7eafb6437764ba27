"""`python -m dealwright.commands` is the command `dealwright`."""

from dealwright.commands import main

main(prog_name="dealwright")
