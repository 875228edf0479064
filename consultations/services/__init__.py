"""What changes consultation hours: one function for each thing a person or the robot does."""
