"""What happens after a score: alerts, the outbox and one module per channel."""
