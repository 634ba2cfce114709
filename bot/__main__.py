"""`python -m bot` is the `masthead` command."""

from bot.cli import main

main()
