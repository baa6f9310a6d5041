"""The report of a day or a week: one model, one set of sections, and a renderer per form (forms/)."""
