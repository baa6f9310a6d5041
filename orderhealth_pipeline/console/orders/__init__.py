"""One order's life: its published records → events on one time axis, findings as bars, facts beside it."""
