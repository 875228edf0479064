"""Lesson notes, the model of intervention, and what Unilukkari found on his rounds."""

from absences.models.alerts import Alert, AlertRecipient
from absences.models.answers import Disclosure, Hop, LegalAct, Reaction
from absences.models.ladder import InterventionModel, InterventionStep, ModelTrial
from absences.models.notes import LessonNote, NoteBatch, NoteType
from absences.models.rounds import PupilToCheck, RobotRound, RoundPart

__all__ = [
    "Alert",
    "AlertRecipient",
    "Disclosure",
    "Hop",
    "InterventionModel",
    "InterventionStep",
    "LegalAct",
    "LessonNote",
    "ModelTrial",
    "NoteBatch",
    "NoteType",
    "PupilToCheck",
    "Reaction",
    "RobotRound",
    "RoundPart",
]
