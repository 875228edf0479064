class AlertWithdrawnError(Exception):
    """The alert was a false alarm: nothing is asked of anybody any more."""


class RoundRefusedError(Exception):
    """The round was not walked. The message says why, in Finnish."""


class ModelRefusedError(Exception):
    """The model stays as it is. The message says why, in Finnish."""
