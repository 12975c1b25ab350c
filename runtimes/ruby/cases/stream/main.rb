IO.copy_stream(Grapnel.body, $stdout)
