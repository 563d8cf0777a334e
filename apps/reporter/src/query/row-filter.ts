import { usageError } from "../errors.js";

/** The columns that filters look at; rows of every register and of `events` have them. */
export interface FilteredRow {
  readonly actor: string;
  readonly impersonated: string;
  readonly verb: string;
  readonly apiGroup: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly code: number | null;
  readonly outcome: string;
}

/** What the filter options hold, as written; each may be given more than once. */
export interface FilterOptions {
  readonly user?: readonly string[] | undefined;
  readonly namespace?: readonly string[] | undefined;
  readonly resource?: readonly string[] | undefined;
  readonly verb?: readonly string[] | undefined;
  readonly code?: readonly string[] | undefined;
  readonly outcome?: readonly string[] | undefined;
  readonly name?: readonly string[] | undefined;
}

type Test = (row: FilteredRow) => boolean;

const outcomes = ["success", "denied", "failed", "unknown"];

/** Splits comma lists. Only for options whose values cannot hold a comma: user and object names can. */
function listed(values: readonly string[]): readonly string[] {
  return values.flatMap((value) => value.split(",").map((part) => part.trim()));
}

/** `pods`, `pods/exec`, `deployments.apps`, `deployments.apps/scale`: without a part, any value of that part. */
function resourceTest(text: string): Test {
  const [whole = "", subresource] = text.split("/", 2);
  const dot = whole.indexOf(".");
  const resource = dot === -1 ? whole : whole.slice(0, dot);
  const group = dot === -1 ? null : whole.slice(dot + 1);
  return (row) =>
    row.resource === resource &&
    (group === null || row.apiGroup === group) &&
    (subresource === undefined || row.subresource === subresource);
}

/** `403`, `4xx`, or `none` for requests whose answer was not recorded. */
function codeTest(text: string): Test {
  if (text === "none") return (row) => row.code === null;
  const match = /^([1-5])(\d\d|xx)$/i.exec(text);
  if (match === null) {
    throw usageError(`--code ${text}: not a response code; use a code such as 403, a class such as 4xx, or none`);
  }
  if (match[2]?.toLowerCase() !== "xx") return (row) => row.code === Number(text);
  const first = Number(match[1]) * 100;
  return (row) => row.code !== null && row.code >= first && row.code < first + 100;
}

function outcomeTest(text: string): Test {
  if (!outcomes.includes(text)) throw usageError(`--outcome ${text}: not known; use ${outcomes.join(", ")}`);
  return (row) => row.outcome === text;
}

/**
 * Gives a test for rows: true where, for each option given, one of its values fits. Comparison is exact: case and
 * every invisible character count.
 *
 * Throws `KAUDIT_CLI_USAGE` for codes and outcomes that cannot be.
 */
export function createRowFilter(options: FilterOptions): Test {
  const alternatives: (readonly Test[])[] = [];
  const add = (values: readonly string[] | undefined, test: (value: string) => Test): void => {
    if (values !== undefined) alternatives.push(values.map(test));
  };
  add(options.user, (user) => (row) => row.actor === user || row.impersonated === user);
  add(options.name, (name) => (row) => row.name === name);
  add(options.namespace && listed(options.namespace), (namespace) => (row) => row.namespace === namespace);
  add(options.verb && listed(options.verb), (verb) => (row) => row.verb === verb);
  add(options.resource && listed(options.resource), resourceTest);
  add(options.code && listed(options.code), codeTest);
  add(options.outcome && listed(options.outcome), outcomeTest);
  return (row) => alternatives.every((tests) => tests.some((test) => test(row)));
}
