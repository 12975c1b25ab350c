printf abc
grapnel_trailer X-Sum 294
