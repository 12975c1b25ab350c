print("partial")
os.exit(7)
