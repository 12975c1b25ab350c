public import ArgumentParser
public import Model

extension Role: ExpressibleByArgument {}
