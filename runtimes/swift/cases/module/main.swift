import Grapnel

func handler(_ payload: JSON) -> String {
  hook.respond(status: 203)
  return shout("Hello, \(payload.name)")
}
