yes "a line of output" &
exec yes "a line of the log" >&2
