"""Names of what is remembered for a while, and forgotten when the catalogue changes."""

MEASURES = "measure-choices"
FOR_SECONDS = 300
