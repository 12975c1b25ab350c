import grapnel

try:
    grapnel.call("conformance-greet")
except grapnel.CallError as error:
    print("refused" if error.code == "forbidden" else error.code)
