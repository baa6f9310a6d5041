"""The language of rules: conditions over what is known of an order, read from YAML, evaluated as a tree."""
