import grapnel

print("abc", end="")
grapnel.trailers({"X-Sum": sum(b"abc")})
