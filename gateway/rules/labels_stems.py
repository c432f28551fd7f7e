"""By which words the buttons of a banner are known in one language (R4, R6).

The lists are written as that language writes them, as `gateway.rules.phrases` tells. They hold the
words banners there use; a plain word that is missing can be added.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stems:
    """`plain`: the labels to suggest, accept, reject, both again where only a part is asked, save
    and withdraw. `accept` to `withdraw`: what such a label must say; `reject` holds denied
    acceptance too ("do not accept") and is tried first. `no`: a refusal by itself. `denies`: words
    that turn what follows round. `every`: all of it. `away`: leads on, to settings or reading.
    `consent`: consent as a thing, which a button about it can name. `needless`: what is not
    necessary, which can be refused. `stirs`: praise, pleading, regret and promises."""

    plain: tuple[str, str, str, str, str, str]
    accept: str
    reject: str
    no: str
    denies: str
    every: str
    save: str
    withdraw: str
    away: str
    stirs: str
    consent: str
    needless: str = ""
