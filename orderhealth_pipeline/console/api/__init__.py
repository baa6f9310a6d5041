"""The API under /api/v1: one table of calls, from which routes and the OpenAPI description are made."""
