"""What the uses of measures call the answers that began them."""


def reaction_cause(reaction_id: int) -> str:
    return f"reaction:{reaction_id}"
