puts('before'
