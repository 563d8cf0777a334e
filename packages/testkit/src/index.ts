export { anyAuditEvent, anyAuditEvents, hostileText, requestBody } from "./arbitraries.js";
export { auditEvent, auditID, eventList, human, instant, jsonLines, serviceAccount } from "./audit-event.js";
export { seedSecretCanaries } from "./canary-log.js";
export { installErrorMatchers } from "./error-matchers.js";
export { hostileStrings, scriptSentinel } from "./hostile-strings.js";
export { readmeExamples, runReadmeExample } from "./readme-example.js";
export {
  execOverSpdy,
  execOverWebSocket,
  forbidden,
  impersonatedSecretGet,
  podDelete,
  roleBindingCreate,
  secretGet,
  secretList,
  unauthorized,
} from "./requests.js";
export { startS3Server } from "./s3-server.js";
export { findSecretCanaries, secretCanaries } from "./secret-canaries.js";

export type { SeededEvent } from "./canary-log.js";
export type { HostileString, HostileTarget } from "./hostile-strings.js";
export type { ReadmeExample } from "./readme-example.js";
export type { RequestOptions, SessionOptions } from "./requests.js";
export type { S3Mishap, S3Request, S3Server } from "./s3-server.js";
export type { CanaryForm, SecretCanary } from "./secret-canaries.js";
