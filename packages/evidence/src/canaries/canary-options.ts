import { z } from "zod";

/** The classes of planted actions, each with the register in which it is found again. */
export const canaryClasses = [
  { name: "secret-read", register: "secrets" },
  { name: "role-binding", register: "rbac" },
  { name: "session", register: "sessions" },
  { name: "bad-token", register: "authentication" },
  { name: "forbidden-request", register: "authorization" },
  { name: "token-request", register: "credentials" },
  { name: "impersonation", register: "impersonation" },
  { name: "deletion", register: "deletions" },
  { name: "configuration", register: "configuration" },
] as const;

/** A class of planted actions. */
export type CanaryClass = (typeof canaryClasses)[number]["name"];

const names = canaryClasses.map(({ name }) => name) as [CanaryClass, ...CanaryClass[]];
const label = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, { error: "expected a Kubernetes name: a-z, 0-9 and -, at most 63" });

/** A week. */
const mostMinutes = 10_080;
const minutesWanted = `expected a whole number of minutes from 1 to ${mostMinutes} (a week)`;

/** Which planted actions are expected, and how often: section `canaries` of the configuration. */
export const CanaryOptions = z.strictObject({
  namespace: label.default("kaudit-canary").describe("The namespace that holds their objects and nothing else."),
  serviceAccount: label.default("kaudit-canary").describe("The service account that performs them."),
  everyMinutes: z
    .number()
    .int()
    .min(1, { error: minutesWanted })
    .max(mostMinutes, { error: minutesWanted })
    .default(60)
    .describe("How often they are performed, in minutes."),
  classes: z
    .array(z.enum(names))
    .min(1, { error: "is empty; leave the key out for all of them" })
    .default([...names])
    .describe("Which of them are performed. Left out: all."),
});
export type CanaryOptions = z.infer<typeof CanaryOptions>;

/** The names of the objects that the planted actions are aimed at; all of them lie in the canaries' namespace. */
export const canaryObjects = {
  /** Secret that is read. */
  secret: "kaudit-canary-marker",
  /** Role without a rule, and the RoleBinding to it that is created and deleted. */
  roleBinding: "kaudit-canary-marker",
  /** Pod in which `true` is run. */
  pod: "kaudit-canary-target-0",
  /** Secret that a request with a token that no API server accepts asks for. It does not exist. */
  badToken: "kaudit-canary-bad-token",
  /** Secret that the service account may not read. It does not exist. */
  forbidden: "kaudit-canary-forbidden",
  /** Service account without any right: a token is asked for it, and it is impersonated. */
  nobody: "kaudit-canary-nobody",
  /** NetworkPolicy that selects nothing and is annotated. */
  networkPolicy: "kaudit-canary-marker",
} as const;
