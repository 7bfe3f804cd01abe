# SPDX-License-Identifier: Apache-2.0
"""What the system knows of a process: CPU time, memory, threads. CPU time suits a machine that others use
too; time of day does not."""

import os
import time

TICKS = os.sysconf("SC_CLK_TCK")


def wait_until(condition, what, seconds=600, every=0.05):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"bench: {what} did not happen within {seconds} s")
        time.sleep(every)


def cpu_seconds(process):
    """User and system time of a live process, all threads."""
    with open(f"/proc/{process.pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def status(process):
    with open(f"/proc/{process.pid}/status") as file:
        return dict(line.rstrip("\n").split(":", 1) for line in file)


def resident_megabytes(process):
    """What a process keeps in memory beyond the page cache: RssAnon + RssShmem."""
    found = status(process)
    return sum(int(found[name].split()[0]) for name in ("RssAnon", "RssShmem")) * 1024 / 1e6


def thread_count(process):
    return int(status(process)["Threads"])


def stop(process):
    process.terminate()
    process.wait(timeout=120)


def file_system(folder):
    """The type of the file system that holds a folder, such as ext4 or tmpfs."""
    folder, best = os.path.realpath(folder), ("", "unknown")
    with open("/proc/mounts") as file:
        for line in file:
            _, place, kind = line.split()[:3]
            if os.path.commonpath([place, folder]) == place and len(place) >= len(best[0]):
                best = place, kind
    return best[1]
