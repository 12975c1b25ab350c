import grapnel

print(len(grapnel.payload["text"]))
