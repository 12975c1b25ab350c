os.execute("setsid sh -c 'trap \"\" TERM; sleep 600' < /dev/null > /dev/null 2>&1 3>&- 4>&- &")
print("done")
