"""The alert policy: of what is open, what was told and what people said, who hears of what now."""
