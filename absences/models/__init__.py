"""Lesson notes, the model of intervention, and what Unilukkari found on his rounds."""

from absences.models.alerts import Alert, AlertRecipient, Reaction, RobotRound
from absences.models.ladder import InterventionModel, InterventionStep
from absences.models.notes import LessonNote, NoteBatch, NoteType

__all__ = [
    "Alert",
    "AlertRecipient",
    "InterventionModel",
    "InterventionStep",
    "LessonNote",
    "NoteBatch",
    "NoteType",
    "Reaction",
    "RobotRound",
]
