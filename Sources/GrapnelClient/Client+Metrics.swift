public import Model

extension Client {
  /// One page of the history of runs, by step and hook.
  public func metrics(_ query: MetricQuery = MetricQuery()) async throws -> Page<MetricResource> {
    try await get(
      Page<MetricResource>.self,
      url(
        ["api", "v1", "metrics"],
        query: [
          ("instance", query.instance ?? instance), ("hook", query.hook), ("since", query.since?.rfc3339),
          ("step", query.step?.text), ("limit", query.limit.map(String.init)), ("cursor", query.cursor),
        ]))
  }
}
