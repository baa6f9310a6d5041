"""The five shapes of the rule language that need no code: a column, waiting, took, same and the nth order."""
