/// What a session that only reads throws when a request has to write.
struct TransactionNeeded: Error {}
