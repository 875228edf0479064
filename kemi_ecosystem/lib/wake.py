"""Waking a worker. The database holds the work; a lost call costs minutes, never the work."""

import logging
from typing import Any

from celery import Task
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def wake(task: "Task[..., Any]", *arguments: Any) -> None:
    """Ask a worker to do it now. When there is no broker to ask, the next sweep finds the work."""
    try:
        task.apply_async(arguments, retry=False)
    except OperationalError as error:
        logger.warning("No broker to wake %s: %s", task.name, type(error).__name__)
