import grapnel

grapnel.log.info({"a": [1, True, None]})
