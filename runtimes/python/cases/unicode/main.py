import grapnel

print(f"Hello, {grapnel.params['name']}!")
