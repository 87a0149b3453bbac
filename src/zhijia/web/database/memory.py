"""What the server may use of this machine."""

import os
from pathlib import Path

MEGABYTE = 1024 * 1024


def machine_memory() -> int:
    """Bytes of memory this process may use: the machine's, or the container's limit where that is less."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for limit in (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes")):
        try:
            total = min(total, int(limit.read_text()))
        except (OSError, ValueError):
            continue
    return total


def settings_for(memory: int, cores: int) -> dict[str, str]:
    """PostgreSQL's memory and parallel settings for a machine it shares with web server and workers."""
    megabytes = memory // MEGABYTE
    return {
        "shared_buffers": f"{_between(128, megabytes // 6, 4096)}MB",
        "effective_cache_size": f"{_between(256, megabytes // 2, 65536)}MB",
        "maintenance_work_mem": f"{_between(64, megabytes // 24, 1024)}MB",
        "work_mem": f"{_between(8, megabytes // 512, 64)}MB",
        "max_worker_processes": str(_between(8, cores * 2, 32)),
        "max_parallel_workers": str(_between(2, cores, 16)),
        "max_parallel_workers_per_gather": str(_between(1, cores // 2, 4)),
        "max_parallel_maintenance_workers": str(_between(1, cores // 2, 4)),
    }


def _between(least: int, wanted: int, most: int) -> int:
    return max(least, min(wanted, most))
