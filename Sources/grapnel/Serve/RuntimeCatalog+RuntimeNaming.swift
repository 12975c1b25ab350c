public import Content
public import Runtimes

extension RuntimeCatalog: RuntimeNaming {}
