const hook = globalThis.hook;
export default hook;
export const { respond, header, flush, trailers, result, call, emit, records, log, runId, instance, cause, env } = hook;
export const { payload, params, config, request } = hook;
