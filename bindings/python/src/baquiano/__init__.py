"""Baquiano for technicians' scripts: the help desk that works without a signal.

    from baquiano import Baquiano

    with Baquiano.open() as desk:
        for hit in desk.search("no me agarra el jipies").hits:
            print(hit.service, hit.title)

Records (`Hit`, `Case`, `Page`…) are plain objects with named fields. What goes wrong is a `BaquianoError` with a stable `code` and a `user_text` for the
field worker.
"""

from __future__ import annotations

from importlib.metadata import version as _version

from ._native import baquiano as _model
from ._native import baquiano_ffi as _ffi
from ._native.baquiano import (
    Answer,
    App,
    AppVersion,
    Balance,
    Block,
    Case,
    Channel,
    Choice,
    Contact,
    Device,
    End,
    Entry,
    Escalation,
    Explanation,
    FactValue,
    Hit,
    Inquiry,
    Lease,
    Manifest,
    Mark,
    Matched,
    Media,
    MediaType,
    Origin,
    Outcome,
    Page,
    Phase,
    Place,
    Question,
    Reason,
    Reporter,
    Section,
    SectionKind,
    Service,
    Shows,
    Span,
    Status,
    Suggestion,
    Suspicion,
    Todo,
    Unanswered,
    Why,
)
from ._native.baquiano_ffi import (
    ArticlePage,
    Attached,
    Delivery,
    Filed,
    FilingResult,
    Form,
    NextDelivery,
    Offer,
    PackInfo,
    Reader,
    Response,
    Sent,
    Statistics,
    Told,
)
from .crashes import CrashHook, file_crashes
from .delivery import Delivered, HttpSender, Inquired, Sender
from .desk import Baquiano
from .errors import BaquianoError, ClosedError, ContentError, InputError, InstallError, InternalError, OutboxError, TalkError
from .guide import Guide
from .licences import licences
from .records import plain
from .values import Probe, Readings, Value, value_of

__version__ = _version("baquiano")

plain(_model)
plain(_ffi)

__all__ = [
    "Answer",
    "App",
    "AppVersion",
    "ArticlePage",
    "Attached",
    "Balance",
    "Baquiano",
    "BaquianoError",
    "Block",
    "Case",
    "Channel",
    "Choice",
    "ClosedError",
    "Contact",
    "ContentError",
    "CrashHook",
    "Delivered",
    "Delivery",
    "Device",
    "End",
    "Entry",
    "Escalation",
    "Explanation",
    "FactValue",
    "Filed",
    "FilingResult",
    "Form",
    "Guide",
    "Hit",
    "HttpSender",
    "InputError",
    "Inquired",
    "Inquiry",
    "InstallError",
    "InternalError",
    "Lease",
    "Manifest",
    "Mark",
    "Matched",
    "Media",
    "MediaType",
    "NextDelivery",
    "Offer",
    "Origin",
    "OutboxError",
    "Outcome",
    "PackInfo",
    "Page",
    "Phase",
    "Place",
    "Probe",
    "Question",
    "Reader",
    "Readings",
    "Reason",
    "Reporter",
    "Response",
    "Section",
    "SectionKind",
    "Sender",
    "Sent",
    "Service",
    "Shows",
    "Span",
    "Statistics",
    "Status",
    "Suggestion",
    "Suspicion",
    "TalkError",
    "Todo",
    "Told",
    "Unanswered",
    "Value",
    "Why",
    "file_crashes",
    "licences",
    "value_of",
]
