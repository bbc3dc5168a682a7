"""What the embedded PostgreSQL may use of this machine."""

import os
import shutil
from pathlib import Path

MB = 1024 * 1024
GB = 1024 * MB


def machine_memory() -> int:
    """Return the bytes of memory that we may use: the machine's, or the container's if less."""
    limits = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        try:
            limits.append(int(Path("/sys/fs/cgroup", name).read_text()))
        except (OSError, ValueError):
            continue
    return min(limits)


def memory_settings(memory: int, free_disk: int) -> dict[str, str]:
    """Return PostgreSQL's memory settings for a machine it shares with the program.

    A quarter for its buffers up to 4 GB (pandas wants the rest), half of the memory
    assumed to be file cache, and a write-ahead log that never takes a tenth of the disk.

    >>> memory_settings(24 * GB, 60 * GB)["shared_buffers"]
    '4096MB'
    >>> memory_settings(1 * GB, 60 * GB)["shared_buffers"]
    '256MB'
    """
    sizes = {
        "shared_buffers": _between(32 * MB, memory // 4, 4 * GB),
        "effective_cache_size": memory // 2,
        "maintenance_work_mem": _between(32 * MB, memory // 24, 1 * GB),
        "work_mem": _between(4 * MB, memory // 400, 64 * MB),
        "max_wal_size": _between(128 * MB, min(memory // 3, free_disk // 10), 8 * GB),
    }
    return {name: f"{size // MB}MB" for name, size in sizes.items()}


def small_shared_memory() -> bool:
    """Containers often get 64 MB in /dev/shm, which parallel queries overflow."""
    try:
        return shutil.disk_usage("/dev/shm").total < 512 * MB
    except OSError:
        return False


def _between(low: int, value: int, high: int) -> int:
    return max(low, min(value, high))
