"""What people do to deliveries: schedule, pause, resolve, delete."""

from bedside.publishing.actions.pause import pause, resume
from bedside.publishing.actions.resolve import cancel, delete, look_again, release, resolve
from bedside.publishing.actions.schedule import realign_slots, reschedule, schedule, unschedule, withdraw

__all__ = [
    "cancel",
    "delete",
    "look_again",
    "pause",
    "realign_slots",
    "release",
    "reschedule",
    "resolve",
    "resume",
    "schedule",
    "unschedule",
    "withdraw",
]
