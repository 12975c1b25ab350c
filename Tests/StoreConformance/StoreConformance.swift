/// The one suite that every store passes. A store's tests run each case against a fresh, empty store.
public enum StoreConformance {
  public static let cases: [StoreConformanceCase] =
    instanceCases + hookCases + hookChangeCases + hookFolderCases + runCases + runRaceCases + logCases + keyCases
    + eventCases + hostCases + variableCases + retryCases + deadLetterCases + metricCases
    + retentionCases + idempotencyCases + auditCases + importCases
    + instanceChangeCases + scheduleCases + slotClaimCases + overlapCases
    + triggerCases + orderCases + verdictCases + declaredScheduleCases + scheduleWatchingCases
    + recordCases + recordRightsCases + relationCases + recordDeletionCases + bucketCases + recordChangeCases
    + reactionCases
    + recordListCases
}
