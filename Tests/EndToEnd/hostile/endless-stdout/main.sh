yes 'a line of output'
