"""Sites that are built: one build at a time, and a mirror of the last good one."""
