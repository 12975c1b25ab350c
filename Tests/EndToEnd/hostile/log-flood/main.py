import grapnel

for number in range(12_000):
    grapnel.log.info(number)
print("done")
