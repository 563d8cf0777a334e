import type { AuditEvent } from "@kaudit/schema";
import * as fc from "fast-check";
import { auditEvent, auditID, instant } from "./audit-event.js";
import { hostileStrings } from "./hostile-strings.js";

/** Text as a client could choose it: ordinary words, any Unicode (lone surrogates too), and the hostile corpus. */
export function hostileText(): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.string({ maxLength: 40 }) },
    { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
    {
      weight: 1,
      arbitrary: fc
        .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 })
        .map((units) => String.fromCharCode(...units)),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom(...hostileStrings.map((row) => row.value).filter((v) => v.length < 1_000)),
    },
  );
}

/** A request body: any JSON value, strings and deep objects included. Survives JSON.parse(JSON.stringify(body)). */
export function requestBody(): fc.Arbitrary<unknown> {
  return fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
}

const verb = fc.constantFrom(
  "get",
  "list",
  "watch",
  "create",
  "update",
  "patch",
  "delete",
  "deletecollection",
  "proxy",
  "head",
  "",
);

const user = fc.record(
  {
    username: fc.oneof(
      fc.constantFrom("alice", "kubernetes-admin", "system:anonymous", "system:serviceaccount:payments:app"),
      hostileText(),
    ),
    uid: fc.uuid(),
    groups: fc.array(fc.oneof(fc.constantFrom("system:masters", "developers"), hostileText()), { maxLength: 3 }),
    extra: fc.dictionary(hostileText(), fc.array(hostileText(), { maxLength: 2 }), { maxKeys: 2 }),
  },
  { requiredKeys: [] },
);

const objectRef = fc.record(
  {
    resource: fc.oneof(fc.constantFrom("secrets", "pods", "roles", "clusterrolebindings", "nodes"), hostileText()),
    namespace: fc.oneof(fc.constantFrom("team-a", "payments"), hostileText()),
    name: hostileText(),
    apiGroup: fc.constantFrom("rbac.authorization.k8s.io", "apps"),
    apiVersion: fc.constant("v1"),
    subresource: fc.oneof(fc.constantFrom("exec", "attach", "portforward", "proxy", "token"), hostileText()),
  },
  { requiredKeys: ["resource"] },
);

const status = fc.record(
  {
    metadata: fc.constant({}),
    message: hostileText(),
    reason: fc.constantFrom("Forbidden", "NotFound", "Unauthorized"),
    code: fc.constantFrom(101, 200, 201, 401, 403, 404, 409, 500),
  },
  { requiredKeys: ["metadata", "code"] },
);

/**
 * One valid audit event with hostile text in every field that a client controls. Times lie within a day of
 * `instant(0)`, and `stageTimestamp` is never before `requestReceivedTimestamp`.
 */
export function anyAuditEvent(): fc.Arbitrary<AuditEvent> {
  return fc
    .record({
      auditID: fc.oneof(
        { weight: 4, arbitrary: fc.uuid() },
        { weight: 1, arbitrary: fc.integer({ min: 1, max: 5 }).map(auditID) },
        { weight: 1, arbitrary: hostileText() },
      ),
      level: fc.constantFrom("Metadata", "Request", "RequestResponse"),
      stage: fc.constantFrom("RequestReceived", "ResponseStarted", "ResponseComplete", "Panic"),
      verb,
      user,
      userAgent: hostileText(),
      sourceIPs: fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), hostileText()), { maxLength: 3 }),
      requestURI: fc.oneof(
        fc.constantFrom("/api/v1/namespaces/team-a/secrets", "/api/v1/nodes/node-1/proxy/run", "/version"),
        hostileText().map((text) => `/${text}`),
      ),
      received: fc.integer({ min: 0, max: 86_400_000_000 }),
      took: fc.integer({ min: 0, max: 3_600_000_000 }),
      optional: fc.record(
        { objectRef, responseStatus: status, requestObject: requestBody(), responseObject: requestBody() },
        { requiredKeys: [] },
      ),
      annotations: fc.dictionary(hostileText(), hostileText(), { maxKeys: 2 }),
    })
    .map(({ received, took, optional, ...fields }) => {
      const { objectRef: _objectRef, responseStatus: _responseStatus, ...base } = auditEvent();
      return {
        ...base,
        ...fields,
        ...optional,
        requestReceivedTimestamp: instant(received / 1e6),
        stageTimestamp: instant((received + took) / 1e6),
      };
    });
}

/** A list of audit events, now and then the same one twice and two with one audit id. */
export function anyAuditEvents(maxLength = 12): fc.Arbitrary<readonly AuditEvent[]> {
  return fc
    .array(fc.tuple(anyAuditEvent(), fc.constantFrom("once", "once", "once", "twice", "conflict")), { maxLength })
    .map((pairs) =>
      pairs.flatMap(([event, how]) => {
        if (how === "once") return [event];
        return [event, how === "twice" ? event : { ...event, userAgent: `${event.userAgent ?? ""} again` }];
      }),
    );
}
