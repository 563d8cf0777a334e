import { StringDecoder } from "node:string_decoder";
import { compilePolicy, type CompiledPolicy } from "@kaudit/policy";
import type { RequestAttributes } from "@kaudit/schema";
import type { CommandContext } from "../../command-context.js";
import { ReporterError, usageError } from "../../errors.js";
import { type ExitCode, exitCodes } from "../../exit-codes.js";
import { inertJson } from "../../query/inert-json.js";
import { formatQuantity } from "../../terminal/numbers.js";
import { readPolicy } from "./policy-source.js";

/** The options of `kaudit policy evaluate`. */
export interface EvaluateOptions {
  readonly policy?: string;
  readonly quiet?: boolean;
}

/** A request of a megabyte is none: URLs and headers are limited to less. */
const maxLineLength = 1024 * 1024;

/** A line that is longer than what is read of one. */
const tooLong = Symbol("too long");

type Line = string | typeof tooLong;

/** Gives the lines of a stream, those of each chunk together, holding no more than one line in memory. */
async function* linesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<readonly Line[], void> {
  const decoder = new StringDecoder("utf8");
  let begun = "";
  let isTooLong = false;
  for await (const chunk of stream) {
    const [first = "", ...others] = decoder.write(Buffer.from(chunk)).split("\n");
    if (!isTooLong) begun += first;
    if (begun.length > maxLineLength) {
      isTooLong = true;
      begun = "";
    }
    const last = others.pop();
    if (last === undefined) continue;
    yield [isTooLong ? tooLong : begun, ...others];
    begun = last;
    isTooLong = false;
  }
  begun += decoder.end();
  if (isTooLong || begun !== "") yield [isTooLong ? tooLong : begun];
}

const texts = ["verb", "apiGroup", "apiVersion", "resource", "subresource", "namespace", "name", "path"] as const;

/** What a request has none of may be left out, as in requests for URLs. */
const blank = { apiGroup: "", apiVersion: "", resource: "", subresource: "", namespace: "", name: "", path: "" };

/** Says what is wrong with a value as request attributes, without quoting it; null when nothing is. */
function problemOf(value: unknown): string | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "not a JSON object";
  const fields = value as Readonly<Record<string, unknown>>;
  const { user, groups, isResourceRequest } = fields;
  if (user !== null && typeof user !== "string") return "user: expected a name, or null without authentication";
  if (!Array.isArray(groups) || !groups.every((group) => typeof group === "string")) {
    return "groups: expected a list of names";
  }
  if (typeof isResourceRequest !== "boolean") return "isResourceRequest: expected true or false";
  const needed = ["verb", isResourceRequest ? "resource" : "path"];
  const wrong = texts.find((name) => typeof fields[name] !== "string" && (name in fields || needed.includes(name)));
  return wrong === undefined ? null : `${wrong}: expected a text, empty where there is none`;
}

function parseLine(line: Line): RequestAttributes | string {
  if (line === tooLong || line.length > maxLineLength) return "longer than a megabyte";
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // The parser's message quotes the line.
    return line.trim() === "" ? "an empty line" : "not JSON";
  }
  const problem = problemOf(value);
  if (problem !== null) return problem;
  const given = value as RequestAttributes;
  return texts.every((name) => name in given) ? given : { ...blank, ...given };
}

/** Writes decisions as JSON. There are as many as rules, and one that none decides. */
function createDecisionWriter(decide: CompiledPolicy): (attributes: RequestAttributes) => string {
  const written = new Map<number | null, string>();
  return (attributes) => {
    const { level, omitStages, omitManagedFields, ruleIndex } = decide(attributes);
    const known = written.get(ruleIndex);
    if (known !== undefined) return known;
    const text = `${JSON.stringify({ level, omitStages, omitManagedFields, ruleIndex })}\n`;
    written.set(ruleIndex, text);
    return text;
  };
}

/**
 * Runs `kaudit policy evaluate`: reads request attributes as JSON lines from standard input and prints a decision for
 * each, in the same order.
 *
 * A line that is no request gives `{"error": …, "line": …}` in its place, so that lines stay aligned, and in the end 3.
 * Throws `KAUDIT_CLI_NO_EVENTS` when there is no line at all, and coded errors for the policy.
 */
export async function evaluate(options: EvaluateOptions, context: CommandContext): Promise<ExitCode> {
  if (options.policy === undefined) {
    throw usageError("no policy given; add --policy FILE, as in: kaudit policy evaluate --policy policy.yaml");
  }
  if (options.policy === "-") throw usageError("--policy -: standard input holds the requests; name a file");
  const { output, notes } = context;
  const write = createDecisionWriter(compilePolicy(await readPolicy(options.policy, context, options.quiet)));
  let count = 0;
  let bad = 0;
  for await (const lines of linesOf(context.standardInput() as AsyncIterable<Uint8Array>)) {
    const texts: string[] = [];
    for (const line of lines) {
      count++;
      const request = parseLine(line);
      if (typeof request === "string") {
        bad++;
        texts.push(`${inertJson({ error: request, line: count })}\n`);
      } else texts.push(write(request));
    }
    await output.write(texts.join(""));
    if (output.isClosed) return exitCodes.done;
  }
  if (count === 0) {
    const shape = "request attributes as JSON, one a line (kaudit policy evaluate --help)";
    throw new ReporterError("KAUDIT_CLI_NO_EVENTS", `standard input is empty; it takes ${shape}`);
  }
  if (bad === 0) return exitCodes.done;
  notes.write(`kaudit: ${formatQuantity(bad, "line")} of ${formatQuantity(count, "line")} could not be evaluated\n`);
  return exitCodes.input;
}
