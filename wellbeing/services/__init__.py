"""What changes wishes: one function for each thing a child or an adult does."""
