"""What other rules would say, and how right the present ones were: previews, back-tests, verdicts, truth."""
