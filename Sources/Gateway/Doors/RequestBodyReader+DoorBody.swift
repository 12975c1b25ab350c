import Doors

extension RequestBodyReader: DoorBody {}
