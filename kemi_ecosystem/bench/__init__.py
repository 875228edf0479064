"""Speed, as ratios of one run: the portal's work against the least that the same job could cost."""
