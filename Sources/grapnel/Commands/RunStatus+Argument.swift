public import ArgumentParser
public import Model

extension RunStatus: ExpressibleByArgument {}
