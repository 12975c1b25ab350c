echo 'kept output'
yes 'a line of the log' >&2
