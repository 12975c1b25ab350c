import grapnel

print(grapnel.config["greeting"]["text"])
