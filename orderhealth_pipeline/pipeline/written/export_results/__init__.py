"""Results by day for a warehouse or a BI tool: which days changed, and the two ways to write them."""
