"""Rules and the calendar changed by a person: drafts, what refuses them, and putting them in place."""
