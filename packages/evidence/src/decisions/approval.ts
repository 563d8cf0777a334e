import { z } from "zod";
import { registerNames } from "../register-row.js";
import { DecisionTime, endOf, startOf } from "./decision-time.js";
import { mostEntries, Patterns, words } from "./words.js";

/** Who is allowed: authenticated users by name or by group. One of the two has to fit. */
const Who = z
  .strictObject({
    users: Patterns.optional().describe(
      "User names, as the API server authenticates them; * stands for any characters.",
    ),
    groups: Patterns.optional().describe("Groups of the authenticated user; * stands for any characters."),
    actingAs: Patterns.optional().describe(
      "Users as whom they may act (impersonation). Without it, no request made as another user is covered.",
    ),
  })
  .refine(({ users, groups }) => users !== undefined || groups !== undefined, {
    error: "says nobody; give users, groups or both",
  });

/** What they may do. Everything that is given has to fit. */
const What = z
  .strictObject({
    rules: Patterns.optional().describe("Exception rules that the approval answers, as KX-001."),
    registers: z
      .array(z.enum(registerNames))
      .min(1, "is empty; leave it out to set no limit")
      .optional()
      .describe("Registers that the request has a row in."),
    verbs: Patterns.optional().describe("Verbs of requests: get, list, create, …"),
  })
  .refine(({ rules, registers, verbs }) => rules !== undefined || registers !== undefined || verbs !== undefined, {
    error: "says nothing; give rules, registers, verbs or more of them",
  });

/** On what. Everything that is given has to fit; what is left out sets no limit. */
const Where = z.strictObject({
  clusters: Patterns.optional().describe("Names of clusters."),
  namespaces: Patterns.optional().describe(
    'Namespaces; "" stands for objects without a namespace and for requests that reach all namespaces.',
  ),
  resources: Patterns.optional().describe("Resources: secrets, pods/exec, deployments.apps."),
  names: Patterns.optional().describe("Names of objects; * stands for any characters."),
});

/** Texts that are no times are told by their own fields. */
function endsBeforeItBegins(from: string, expires: string): boolean {
  const start = startOf(from);
  const end = endOf(expires);
  return start !== null && end !== null && end <= start;
}

/** An access that somebody approved beforehand. What it covers is counted and shown, never left out. */
export const Approval = z
  .strictObject({
    id: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "expected letters, digits, dots, - and _, at most 64, as in AP-03")
      .describe("A name of its own: reports and exceptions refer to it."),
    who: Who.describe("Who is allowed: users, groups, or both."),
    what: What.describe("What they may do: rules, registers, verbs."),
    where: Where.optional().describe("On what: clusters, namespaces, resources, names. Left out: everywhere."),
    why: words().describe("The reason, in a sentence that an auditor understands."),
    ticket: words(200).optional().describe("Where it was asked for and granted."),
    owner: words(200)
      .optional()
      .describe("Who answers for it today. An approval without an owner is an exception itself (KX-038)."),
    approver: words(200).describe("Who approved it."),
    from: DecisionTime.optional().describe("First day, or first instant. Left out: always until it expires."),
    expires: DecisionTime.describe(
      "Last day on which it counts (UTC), or the first instant at which it no longer does. After it, it closes nothing.",
    ),
  })
  .refine(({ from, expires }) => from === undefined || !endsBeforeItBegins(from, expires), {
    error: "expires before it begins; expected from to be earlier",
    path: ["expires"],
  });
export type Approval = z.infer<typeof Approval>;

/** The content of an `approvals.yaml`: accesses that were approved beforehand. */
export const Approvals = z
  .strictObject({
    approvals: z.array(Approval).max(mostEntries, `expected at most ${mostEntries} approvals`),
  })
  .superRefine(({ approvals }, context) => {
    const seen = new Map<string, number>();
    approvals.forEach(({ id }, index) => {
      const first = seen.get(id);
      if (first === undefined) seen.set(id, index);
      else
        context.addIssue({
          code: "custom",
          path: ["approvals", index, "id"],
          message: `is the id of approvals[${first}] as well; give each its own`,
        });
    });
  });
export type Approvals = z.infer<typeof Approvals>;
