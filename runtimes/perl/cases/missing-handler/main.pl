sub handel { return "never" }
