print(os.getenv("PARAM_NAME") .. " " .. os.getenv("PARAM_COUNT") .. " " .. (os.getenv("PARAM_EXTRA") or "unset"))
