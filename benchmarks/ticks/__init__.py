"""What a tick costs beside a full evaluation."""
