"""Lesson notes, the model of intervention, and what Unilukkari found on his rounds."""

from absences.models.alerts import Alert, AlertRecipient
from absences.models.answers import Disclosure, Hop, LegalAct, Reaction
from absences.models.ladder import InterventionModel, InterventionStep, ModelTrial
from absences.models.notes import LessonNote, NoteBatch, NoteBefore, NoteType
from absences.models.rounds import Contradiction, PupilToCheck, RobotRound, RoundPart
from absences.models.words import Letter, StepWords

__all__ = [
    "Alert",
    "AlertRecipient",
    "Contradiction",
    "Disclosure",
    "Hop",
    "InterventionModel",
    "InterventionStep",
    "LegalAct",
    "LessonNote",
    "Letter",
    "ModelTrial",
    "NoteBatch",
    "NoteBefore",
    "NoteType",
    "PupilToCheck",
    "Reaction",
    "RobotRound",
    "RoundPart",
    "StepWords",
]
