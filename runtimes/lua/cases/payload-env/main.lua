print(os.getenv("HOOK_PAYLOAD"))
