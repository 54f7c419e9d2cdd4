"""The benchmark: hotreload beside Vite, in a real Chromium."""
