while True:
    print("a line of output")
