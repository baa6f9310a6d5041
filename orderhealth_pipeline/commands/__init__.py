"""The calls of `orderhealth`: one module per call, each reading its options and showing its result."""
