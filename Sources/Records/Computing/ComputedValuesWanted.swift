/// Ends a read that shows computed fields: it is made anew in a way that can be repeated when their values are known.
struct ComputedValuesWanted: Error {}
