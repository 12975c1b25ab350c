import Model

/// There is nobody to talk to: nothing says where the server is.
struct NoServer: Error {
  let problem: Problem
}
