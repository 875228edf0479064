"""What people and the robot do to absences."""

from absences.services.disclosures import can_disclose, disclose
from absences.services.models import ensure_model
from absences.services.reactions import react, record_legal_act, say_whether_it_helped
from absences.services.rounds import RoundReport, walk_round
from absences.services.withdrawals import withdraw

__all__ = [
    "RoundReport",
    "can_disclose",
    "disclose",
    "ensure_model",
    "react",
    "record_legal_act",
    "say_whether_it_helped",
    "walk_round",
    "withdraw",
]
