"""A marked reconstruction of the founding case, to look at and to test with.

The real handles were not published, so stand-in accounts live at the reserved name social.example. They
carry the published facts: identical posts on 31 May 2023 and two days later, a credit written
"Twitter •mundo_china", several posts a day, 7, 4 and 81 followers among them two officials, and sites
with one developer (TIME and MIT Technology Review, July 2023). The texts are ours. Beside them stand
invented controls: a customer of the wire that credits it, a small local paper, two editions of one
publisher. What comes from here is marked by its source, `bot.store.records.DEMO_SOURCE`.
"""

from sandbox.demo.loading import load_demo, remove_demo

__all__ = ["load_demo", "remove_demo"]
