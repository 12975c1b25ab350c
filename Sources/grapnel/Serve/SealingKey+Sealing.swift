public import Content
public import Identity

extension SealingKey: Sealing {}
