"""Published snapshot and desk → pages for people, on a phone and on a desk.

`registry.py` names every page: one module of `pages/`, one template, one line. `people.py` says who asks and
what they may do, `security.py` what a browser may do, `snapshot.py` and `live.py` what is shown and when
it is shown again. Nothing here opens the store.
"""
