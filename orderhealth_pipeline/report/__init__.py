"""Score → risk report: one model, and one renderer per form (HTML, Markdown, chat card)."""
