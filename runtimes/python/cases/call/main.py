import grapnel

reply = grapnel.call("conformance-greet", {"name": 'Ada "ü"\\'})
assert reply.status == 201
print("reply:", reply.text, end="")
