"""Peak memory of the process itself, stage by stage. Linux only.

What belongs here: asking the kernel. What does not: measuring time, or other processes.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

_KIBIBYTES_A_GIBIBYTE: Final = 1024**2
_RESET_PEAK: Final = "5"


def peak_gibibytes() -> float:
    """Return the most memory the process has held since it started, or since `forget_peak`.

    Not getrusage: its peak begins with what the parent held when it started the process.
    """
    return _gibibytes("VmHWM")


def held_gibibytes() -> float:
    """Return the memory that the process holds now."""
    return _gibibytes("VmRSS")


def forget_peak() -> None:
    """Let the peak begin anew at what the process holds now."""
    Path("/proc/self/clear_refs").write_text(_RESET_PEAK, encoding="ascii")


def _gibibytes(field: str) -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    kibibytes = re.search(rf"^{field}:\s+(\d+) kB$", status, re.MULTILINE)
    if kibibytes is None:
        raise OSError(f"/proc/self/status names no {field}")
    return round(int(kibibytes[1]) / _KIBIBYTES_A_GIBIBYTE, 3)
