"""A fictional city with a school year of life in it. Nobody in it exists."""

from kemi_ecosystem.demo.accounts import accounts_text

__all__ = ["accounts_text"]
