os.execute("sleep 600 &")
print("done")
