"""The contracts every store keeps, whatever database is behind it.

All writes are committed and synced to disk when a method returns (P3). Every method may raise
BusyError when the database is locked or full for the moment: then nothing was written.
"""

from __future__ import annotations

from gateway.stores.base.accounts import AccountStore
from gateway.stores.base.consents import Append, ConsentStore, HeadStore, Shown
from gateway.stores.base.custody import Deleted, Erased, ErasureStore, Past, RetentionStore
from gateway.stores.base.deliveries import Delivery, DeliveryStore
from gateway.stores.base.handovers import Handed, Handover, HandoverStore
from gateway.stores.base.notices import NoticeStore, Publication, Served
from gateway.stores.base.releases import ReleaseStore
from gateway.stores.base.reports import Issue, ReportStore, Result, Sending
from gateway.stores.base.shares import Share, ShareStore
from gateway.stores.base.staff import Role, StaffStore, User
from gateway.stores.base.visits import FEWEST, EventStore, FigureStore

__all__ = [
    "FEWEST",
    "AccountStore",
    "Append",
    "ConsentStore",
    "Deleted",
    "Delivery",
    "DeliveryStore",
    "Erased",
    "ErasureStore",
    "EventStore",
    "FigureStore",
    "Handed",
    "Handover",
    "HandoverStore",
    "HeadStore",
    "Issue",
    "NoticeStore",
    "Past",
    "Publication",
    "ReleaseStore",
    "ReportStore",
    "Result",
    "RetentionStore",
    "Role",
    "Sending",
    "Served",
    "Share",
    "ShareStore",
    "Shown",
    "StaffStore",
    "User",
]
