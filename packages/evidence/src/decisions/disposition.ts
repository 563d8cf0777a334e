import { z } from "zod";
import { DecisionTime } from "./decision-time.js";
import { mostEntries, words } from "./words.js";

/** What a person may decide about an exception. Only `incident` leaves it open. */
export const Decision = z.enum(["authorised", "explained", "false-positive", "incident"]);
export type Decision = z.infer<typeof Decision>;

/** Fields of an entry that nobody has filled in yet. */
function open<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullable().optional();
}

const decisionMeanings =
  "authorised: somebody had the right and a reason to; explained: the cause is known; false-positive: the rule was wrong; " +
  "incident: it is being dealt with, and stays open. Empty: not decided yet.";

/** A decision about one exception; with an empty decision, an entry of a template that waits for one. */
const DispositionEntry = z
  .strictObject({
    exception: z
      .string()
      .regex(
        /^[A-Za-z0-9][A-Za-z0-9._-]*-[0-9a-f]{8}$/,
        "expected the id of an exception, as KX-001-1a2b3c4d (kaudit review lists them)",
      )
      .max(100)
      .describe("The exception's id, as kaudit review and the report show it."),
    decision: open(Decision).describe(decisionMeanings),
    by: open(words(200)).describe("Who decided: a name, or a user name. It must not be who made the requests."),
    at: open(DecisionTime).describe("When it was decided: a date, or a time. It speaks for what happened until then."),
    ticket: open(words(200)).describe("Where it is written down."),
    note: open(words(4000)).describe("Why, in a sentence that an auditor understands."),
  })
  .superRefine(({ decision, by, at, ticket, note }, context) => {
    const missing = (path: string, message: string): void =>
      context.addIssue({ code: "custom", path: [path], message });
    const isDecided = decision !== null && decision !== undefined;
    if (!isDecided) {
      if (by || at)
        missing("decision", "is empty, but somebody and a time are given; decide, or leave by and at empty");
      return;
    }
    if (!by) missing("by", `is empty; say who decided that it is ${decision}`);
    if (!at) missing("at", `is empty; say when it was decided to be ${decision}`);
    if (!ticket && !note) missing("note", "is empty, and so is ticket; say why in one of them");
  });

/** The content of a `dispositions.yaml`: what people decided about exceptions. */
export const Dispositions = z
  .strictObject({
    dispositions: z.array(DispositionEntry).max(mostEntries, `expected at most ${mostEntries} dispositions`),
  })
  .superRefine(({ dispositions }, context) => {
    const seen = new Map<string, number>();
    dispositions.forEach(({ exception }, index) => {
      const first = seen.get(exception);
      if (first === undefined) seen.set(exception, index);
      else
        context.addIssue({
          code: "custom",
          path: ["dispositions", index, "exception"],
          message: `is decided in dispositions[${first}] as well; keep one of the two`,
        });
    });
  });
export type Dispositions = z.infer<typeof Dispositions>;

/** A decision that was made: who, when and why. */
export const Disposition = z.strictObject({
  decision: Decision,
  by: z.string(),
  at: z.string(),
  ticket: z.string(),
  note: z.string(),
});
export type Disposition = z.infer<typeof Disposition>;

/** Gives the decisions of a file by the id of their exception; entries that wait for one are left out. */
export function decided({ dispositions }: Dispositions): ReadonlyMap<string, Disposition> {
  const byException = new Map<string, Disposition>();
  for (const { exception, decision, by, at, ticket, note } of dispositions) {
    if (decision === null || decision === undefined) continue;
    byException.set(exception, { decision, by: by ?? "", at: at ?? "", ticket: ticket ?? "", note: note ?? "" });
  }
  return byException;
}
