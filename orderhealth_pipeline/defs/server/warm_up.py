"""What the process that runs are forked from does once, by importing this, so that no run has to do it again.

What belongs here: work whose result stays right for as long as the program does. What does not: anything that
reads configuration, opens a file for good, or starts a thread.
"""

from __future__ import annotations

from orderhealth_pipeline.sql import compile_statements

compile_statements()
