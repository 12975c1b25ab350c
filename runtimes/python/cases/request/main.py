import os

import grapnel

request = grapnel.request
hidden = "shown" if "HTTP_AUTHORIZATION" in os.environ or "HTTP_COOKIE" in os.environ else "hidden"
print(request.method, request.path, request.query, request.content_type, request.headers["x-colour"], hidden)
