exec yes "a line of output"
