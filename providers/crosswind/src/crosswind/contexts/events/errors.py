"""What can go wrong while somebody follows."""

from __future__ import annotations

from crosswind.kit.errors import Conflict


class EventsForgotten(Conflict):
    """Events after the given one are gone by retention; `oldest_event_id` is the first one still kept.

    What changed meanwhile is to be read from the catalog itself, and followed anew from now on.
    """


class TooSlow(Conflict):
    """A reader took nothing for too long and is not kept any more; `last_event_id` is where to resume."""
