print(os.getenv("SERVICE_TOKEN") .. " " .. (os.getenv("SERVICE_PASSWORD") or "unset"))
