"""What the pages that change rules have in common: drafts from forms, previews that are kept, publishing."""
