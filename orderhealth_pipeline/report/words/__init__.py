"""The words, number formats and masks that all forms of the report share."""
