"""What several questions need: long histories, their newest records in pieces, and gauges."""
