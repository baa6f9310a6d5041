"""Expectation files → findings: the catalogue, the comparison of features, and the explanations."""
