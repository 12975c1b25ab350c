puts Grapnel.config['greeting']['text']
