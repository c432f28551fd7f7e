"""Acts of custody over what is kept: used by the command line, the web and the timer."""

from gateway.upkeep.endings import edition, expire, invalidate, renewals
from gateway.upkeep.erasure import erase
from gateway.upkeep.heads import seal
from gateway.upkeep.receipts import give_receipts
from gateway.upkeep.retention import purge
from gateway.upkeep.walk import Signed, Verified, verify, verify_receipts

__all__ = [
    "Signed",
    "Verified",
    "edition",
    "erase",
    "expire",
    "give_receipts",
    "invalidate",
    "purge",
    "renewals",
    "seal",
    "verify",
    "verify_receipts",
]
