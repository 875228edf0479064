class RoundRefusedError(Exception):
    """The round was not walked. The message says why, in Finnish."""
