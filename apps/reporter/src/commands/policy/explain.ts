import { explainPolicy, type Policy, type PolicyExplanation, type RequestSource } from "@kaudit/policy";
import { type AuditEvent, isKauditError, visibleString } from "@kaudit/schema";
import { readEvents } from "@kaudit/stream";
import type { CommandContext } from "../../command-context.js";
import { usageError } from "../../errors.js";
import { type ExitCode, exitCodes } from "../../exit-codes.js";
import { requireEvents } from "../../inputs/no-events.js";
import { inertJson } from "../../query/inert-json.js";
import type { TerminalStyle } from "../../terminal/style.js";
import { wrapText } from "../../terminal/wrap.js";
import { chooseOne, readPolicy } from "./policy-source.js";
import { ruleName } from "./request-line.js";

/** The options of `kaudit policy explain`. */
export interface ExplainOptions {
  readonly policy?: string;
  readonly verb?: string;
  readonly uri?: string;
  readonly user?: string;
  readonly group?: readonly string[];
  readonly event?: string;
  readonly auditId?: string;
  readonly output: string;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** Reads the first event of a file or of standard input, or the first with an audit id. */
async function readEvent(path: string, auditID: string | undefined, context: CommandContext): Promise<AuditEvent> {
  const { signals } = context;
  const stdin = path === "-" ? { stdin: context.standardInput() } : {};
  const reading = readEvents([path], { signal: signals.aborted, ...stdin });
  for await (const { event } of reading) {
    if (auditID === undefined || event.auditID === auditID) return event;
  }
  requireEvents(await reading.account);
  throw usageError(`--audit-id: ${path} holds no event with this audit id; check it`);
}

async function readRequest(options: ExplainOptions, context: CommandContext): Promise<RequestSource> {
  const { verb, uri, user, group, event, auditId } = options;
  const written = [verb, uri, user, group].some((value) => value !== undefined);
  if (event !== undefined) {
    if (written) throw usageError("--event and --verb, --uri, --user, --group exclude each other; give one request");
    return readEvent(event, auditId, context);
  }
  if (auditId !== undefined) throw usageError("--audit-id selects an event of a file; add --event FILE");
  if (verb === undefined || uri === undefined) {
    throw usageError("no request given; add --verb and --uri, or --event FILE (kaudit policy explain --help)");
  }
  if (!uri.startsWith("/")) throw usageError("--uri: expected path and query as sent, such as /api/v1/pods?watch=true");
  if (group !== undefined && user === undefined) throw usageError("--group needs --user: who is in these groups?");
  return { verb, uri, user: user ?? null, ...(group === undefined ? {} : { groups: group }) };
}

function explain(policy: Policy, request: RequestSource): PolicyExplanation {
  try {
    return explainPolicy(policy, request);
  } catch (error) {
    if (isKauditError(error) && error.code.startsWith("KAUDIT_SCHEMA_")) {
      throw usageError(`--uri: kube-apiserver refuses it before auditing (${error.message})`);
    }
    throw error;
  }
}

function explanationText(explanation: PolicyExplanation, style: TerminalStyle): string {
  const { steps, alsoMatching, summary } = explanation;
  const width = Math.min(style.columns, 100);
  const levelWidth = Math.max(...steps.map(({ level }) => level.length), 0);
  const numberWidth = String(steps.length).length;
  const lines = steps.flatMap(({ ruleIndex, level, matched, failed }) => {
    const head = `rule ${String(ruleIndex + 1).padStart(numberWidth)}  ${visibleString(level).padEnd(levelWidth)}  `;
    if (matched) return [`${head}${style.bold("matches, and decides")}`];
    const reason = visibleString(failed?.reason ?? "");
    // Wrapped lines go on under the reason; the head stands in place of the first line's indent.
    const wrapped = wrapText(reason, width, " ".repeat(head.length));
    return [head + wrapped.slice(head.length)];
  });
  const also =
    alsoMatching.length === 0
      ? []
      : [
          "",
          wrapText(
            `Further down these match as well, without effect: ${alsoMatching.map(ruleName).join(", ")}.`,
            width,
          ),
        ];
  return [...lines, ...(lines.length === 0 ? [] : [""]), wrapText(visibleString(summary), width), ...also, ""].join(
    "\n",
  );
}

/**
 * Runs `kaudit policy explain`: tells why a request gets its level, each rule in order with the first condition that
 * failed, and the rule that won. Gives 0. Throws coded errors for everything else.
 */
export async function explainRequest(options: ExplainOptions, context: CommandContext): Promise<ExitCode> {
  const form = chooseOne("--output", options.output, ["text", "json"]);
  if (options.policy === undefined) throw usageError("no policy given; add --policy FILE");
  if (options.policy === "-" && options.event === "-") {
    throw usageError("--policy and --event cannot both be standard input; name a file for one of them");
  }
  const request = await readRequest(options, context);
  const policy = await readPolicy(options.policy, context, options.quiet);
  const explanation = explain(policy, request);
  const text =
    form === "json" ? `${inertJson(explanation, 2)}\n` : explanationText(explanation, context.style(options.color));
  await context.output.write(text);
  return exitCodes.done;
}
