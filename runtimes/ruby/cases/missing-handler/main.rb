def handel(_payload) = 'never'
