echo before
exec yes "a line of the log" >&2
