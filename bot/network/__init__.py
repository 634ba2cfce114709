"""Sweeps: accounts that act together, over a whole corpus.

`recipe`, `results` and `libraries` need nothing but the program itself; every other module needs the extra
`masthead-bot[network]` and is imported inside `libraries.wanted()`.
"""
