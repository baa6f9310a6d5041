"""Cases and actions as people work them off: which are shown, and what a form or a call says of them."""
