"""Outside records → feeds: contracts, readers, adapters and quarantine. No rule lives here."""
