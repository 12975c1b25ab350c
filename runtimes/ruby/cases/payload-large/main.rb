puts Grapnel.payload['text'].length
