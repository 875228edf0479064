"""What people and the robot do to absences."""

from absences.services.models import ensure_model
from absences.services.reactions import react
from absences.services.rounds import RoundReport, walk_round
from absences.services.withdrawals import withdraw

__all__ = ["RoundReport", "ensure_model", "react", "walk_round", "withdraw"]
