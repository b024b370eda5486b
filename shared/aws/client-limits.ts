/**
 * For every AWS client: a call that hangs must end well before the function's own deadline, so that the step can still
 * say what was wrong. The SDK's defaults wait for minutes; without `throwOnRequestTimeout` it only prints a warning.
 */
export const clientLimits = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 8_000, throwOnRequestTimeout: true },
};
