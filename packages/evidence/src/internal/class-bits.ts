/**
 * What a request can belong to: the registers, and three classes without a register that exception rules look at.
 *
 * - `workloads`: changes of pods, of what makes pods, and of config maps.
 * - `reviews`: questions about rights (SubjectAccessReview and its like).
 * - `privileged`: any request by a member of `system:masters` (the API server's own loopback client apart) or by an actor to be
 *   watched, what callers without identity were given beyond health, version and discovery, and logs of pods and nodes.
 */
export const classBits = {
  secrets: 1,
  rbac: 2,
  sessions: 4,
  authentication: 8,
  authorization: 16,
  impersonation: 32,
  deletions: 64,
  credentials: 128,
  configuration: 256,
  workloads: 512,
  reviews: 1024,
  privileged: 2048,
} as const;

/** A class of requests. */
export type EventClass = keyof typeof classBits;

/** The classes that have no register: their requests are folded for the exception rules, and make no rows. */
const rowlessClasses = ["workloads", "reviews", "privileged"] as const satisfies readonly EventClass[];

/** The bits of the classes without a register. */
export const rowlessBits = rowlessClasses.reduce((bits, name) => bits | classBits[name], 0);
