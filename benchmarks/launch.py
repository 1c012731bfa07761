"""Runs one command and prints its exit code, wall time, CPU time and peak memory; started by ``measure.py`` only.

The kernel counts the memory of a process from before its program is loaded, that is, of what started it. So this starts
as little Python as there is, and spawns the command itself.

Usage: python -I -S launch.py CORE STDIN STDOUT STDERR COMMAND ARGUMENT...    (CORE: a number, or - for any)
"""

import os
import sys
import time

core, stdin, stdout, stderr, *command = sys.argv[1:]
if core != "-":
    os.sched_setaffinity(0, {int(core)})
written = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
files = ((0, stdin, os.O_RDONLY), (1, stdout, written), (2, stderr, written))
actions = [(os.POSIX_SPAWN_OPEN, number, path, flags, 0o600) for number, path, flags in files]
start = time.perf_counter()
child = os.posix_spawn(command[0], command, os.environ, file_actions=actions)
_, status, usage = os.wait4(child, 0)
wall = time.perf_counter() - start
sys.stdout.write(
    f"{os.waitstatus_to_exitcode(status)} {wall!r} {usage.ru_utime + usage.ru_stime!r} {usage.ru_maxrss}\n"
)
