"""One module per chat platform: a pure `render(message)` and a channel that sends what it renders."""
