"""Keeping the portal's data: what a person may ask of it, and its backups."""
