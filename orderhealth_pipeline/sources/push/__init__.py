"""Webhooks: signatures in constant time, and on disk before anybody is told that it arrived."""
