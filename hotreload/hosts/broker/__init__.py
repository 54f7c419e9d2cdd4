"""Changes by way of Redis: one machine has the files that are edited, others run the app."""
