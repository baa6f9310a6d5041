"""The store's feeds → the orders to evaluate → findings, score and tables: of all, or of what changed."""
