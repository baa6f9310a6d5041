"""Files of rules changed as a person would, in the lines concerned; and which figures there are to change."""
