import { z } from "zod";
import { toMicroTime } from "./micro-time.js";

/** `null` where Go writes a nil slice or map: it means the same as a missing field. */
const strings = z.array(z.string()).nullish();

/** Any precision and any offset; `parseEvent` brings it into kube-apiserver's form. */
const timestamp = z.string().refine((text) => toMicroTime(text) !== null, { error: "expected an RFC 3339 time" });

/** Who asked (`authentication.k8s.io/v1` UserInfo). All fields are absent for a request that failed authentication. */
export const UserInfo = z.looseObject({
  username: z.string().optional(),
  uid: z.string().optional(),
  groups: strings,
  extra: z.record(z.string(), strings).nullish(),
});
export type UserInfo = z.infer<typeof UserInfo>;

/**
 * What was asked for. Core group = `apiGroup` absent.
 *
 * `name`, `uid` and `resourceVersion` can come from the request body, not from the stored object.
 */
export const ObjectReference = z.looseObject({
  resource: z.string().optional(),
  namespace: z.string().optional(),
  name: z.string().optional(),
  uid: z.string().optional(),
  apiGroup: z.string().optional(),
  apiVersion: z.string().optional(),
  resourceVersion: z.string().optional(),
  subresource: z.string().optional(),
});
export type ObjectReference = z.infer<typeof ObjectReference>;

/** How the request was answered (`meta/v1` Status without kind and apiVersion). Absent at stage RequestReceived. */
export const Status = z.looseObject({
  metadata: z.unknown().optional(),
  status: z.string().optional(),
  message: z.string().optional(),
  reason: z.string().optional(),
  details: z.unknown().optional(),
  code: z.number().optional(),
});
export type Status = z.infer<typeof Status>;

/**
 * One audit event (audit.k8s.io/v1), as kube-apiserver writes it; unknown fields are kept.
 *
 * Trust: `auditID`, `userAgent`, all `sourceIPs` but the last, and everything inside the bodies are chosen by the
 * client. `level` and `stage` are not validated by kube-apiserver's own decoder, so any string is accepted here.
 *
 * To read events use `parseEvent` or `safeParseEvent`: they accept the same values much faster, know the older
 * versions, and keep a field called `__proto__`, which zod's own parser drops.
 */
export const AuditEvent = z.looseObject({
  kind: z.string().optional(),
  apiVersion: z.string().optional(),
  level: z.string(),
  auditID: z.string(),
  stage: z.string(),
  requestURI: z.string(),
  verb: z.string(),
  user: UserInfo,
  impersonatedUser: UserInfo.nullish(),
  authenticationMetadata: z.looseObject({ impersonationConstraint: z.string().optional() }).nullish(),
  sourceIPs: strings,
  userAgent: z.string().optional(),
  objectRef: ObjectReference.nullish(),
  responseStatus: Status.nullish(),
  requestObject: z.unknown().optional(),
  responseObject: z.unknown().optional(),
  requestReceivedTimestamp: timestamp.nullable(),
  stageTimestamp: timestamp.nullable(),
  annotations: z.record(z.string(), z.string()).nullish(),
});
export type AuditEvent = z.infer<typeof AuditEvent>;

/** What an audit webhook receives: events without a kind and apiVersion of their own. Go writes an empty list as null. */
export const EventList = z.looseObject({
  kind: z.string().optional(),
  apiVersion: z.string().optional(),
  metadata: z.looseObject({}).nullish(),
  items: z.array(AuditEvent).nullish(),
});
export type EventList = z.infer<typeof EventList>;
