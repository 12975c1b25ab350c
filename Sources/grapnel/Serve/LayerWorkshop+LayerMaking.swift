public import Content
public import Runtimes

extension LayerWorkshop: LayerMaking {}
