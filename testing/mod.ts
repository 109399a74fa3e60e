/**
 * The conformance suite: what every backend must do, for those who write one.
 *
 * @module
 */
export { CONFORMANCE, type ConformanceCheck, LEVEL_TOLERANCE } from "./conformance.ts";
export { checkBackend, type CheckResult, testBackend, type TestBackendOptions } from "./test_backend.ts";
