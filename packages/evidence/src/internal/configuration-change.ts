import type { ConfigurationRow } from "../register-row.js";
import type { ConfigurationFields } from "./configuration-fields.js";
import type { Target } from "./target.js";

/** A change of configuration, as far as the log shows it. */
export interface ConfigurationChange {
  readonly target: Target;
  readonly verb: string;
  /** Undefined: not known. Null: there was no such object. */
  readonly before: ConfigurationFields | null | undefined;
  readonly after: ConfigurationFields | undefined;
  readonly recorded: boolean;
  readonly patch: Readonly<Record<string, string | null>> | null;
  readonly operations: readonly string[];
}

/** What a change of configuration means. */
export interface ToldConfiguration {
  readonly details: string;
  readonly weakens: ConfigurationRow["weakens"];
}

/** One field before and after; undefined where it is not set. */
interface FieldChange {
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** The log has not shown what it was before. */
  readonly isBeforeKnown: boolean;
}

const admission = "admissionregistration.k8s.io";
const mostTold = 6;

/** Objects that keep something from happening, or record it: that they are gone weakens. */
function isSafeguard({ apiGroup, resource }: Target): boolean {
  if (apiGroup === admission || apiGroup === "policy.networking.k8s.io") return true;
  if (resource === "networkpolicies") return true;
  // Config maps and workloads are in this register only where they have to do with auditing and log collection.
  return ["configmaps", "deployments", "daemonsets", "statefulsets", "cronjobs", "podtemplates"].includes(resource);
}

/** Tells in plain words what a change does, and whether it weakens a safeguard. */
export function describeConfiguration(change: ConfigurationChange): ToldConfiguration {
  const { target, verb, before, after, recorded, patch, operations } = change;
  if (verb === "delete" || verb === "deletecollection") {
    const all =
      verb === "deletecollection" ? `all ${target.resource} that were selected` : `the ${singular(target.resource)}`;
    return isSafeguard(target) ? { details: `takes away ${all}`, weakens: "true" } : { details: "", weakens: "false" };
  }
  if (target.subresource === "finalize") return { details: "ends the deletion of the namespace", weakens: "false" };
  const guards = isSafeguard(target) || target.resource === "namespaces" || target.resource === "apiservices";
  if (verb === "create" && before === null) return created(after, recorded);
  const changes = fieldChanges(before, after, patch);
  if (changes.length > 0) return { details: told(changes), weakens: judged(changes, target, guards) };
  if (operations.length > 0 && after === undefined) {
    const removes = operations.some((one) =>
      /^remove .*(?:enforce|webhooks|validation)|failurePolicy = Ignore/.test(one),
    );
    return { details: `JSON Patch: ${joined(operations)}`, weakens: removes ? "true" : guards ? "unknown" : "false" };
  }
  const isKnown = recorded && (after !== undefined || patch !== null);
  const comparable = isKnown && (before !== undefined || patch !== null);
  return { details: "", weakens: comparable || !guards ? "false" : "unknown" };
}

/** A new object adds a rule or a route; what it lets through by itself is told, as nothing was stricter before. */
function created(after: ConfigurationFields | undefined, recorded: boolean): ToldConfiguration {
  if (after === undefined || !recorded) return { details: "", weakens: "false" };
  const telling = Object.entries(after).filter(([name]) => !name.startsWith("label ") || isPodSecurity(name));
  const details = telling.map(([name, value]) => `${name}: ${value}`);
  return { details: details.length === 0 ? "" : `with ${joined(details)}`, weakens: "false" };
}

function fieldChanges(
  before: ConfigurationChange["before"],
  after: ConfigurationFields | undefined,
  patch: ConfigurationChange["patch"],
): FieldChange[] {
  if (before !== undefined && after !== undefined) {
    const old = before ?? {};
    const names = [...new Set([...Object.keys(old), ...Object.keys(after)])];
    return names
      .filter((name) => old[name] !== after[name])
      .map((name) => ({ name, before: old[name], after: after[name], isBeforeKnown: true }));
  }
  return Object.entries(patch ?? {}).map(([name, value]) => ({
    name,
    before: undefined,
    after: value ?? undefined,
    isBeforeKnown: false,
  }));
}

function told(changes: readonly FieldChange[]): string {
  const words = changes.map(({ name, before, after, isBeforeKnown }) => {
    if (after === undefined) return `${name} taken away${before === undefined ? "" : ` (was ${before})`}`;
    if (before !== undefined) return `${name} from ${before} to ${after}`;
    return isBeforeKnown ? `${name} added: ${after}` : `${name} set to ${after}`;
  });
  return joined(words);
}

function joined(words: readonly string[]): string {
  const shown = words.slice(0, mostTold);
  if (words.length > mostTold) shown.push(`${words.length - mostTold} more`);
  return shown.join("; ");
}

function singular(resource: string): string {
  return resource.endsWith("policies") ? `${resource.slice(0, -3)}y` : resource.replace(/s$/, "");
}

function judged(changes: readonly FieldChange[], target: Target, guards: boolean): ConfigurationRow["weakens"] {
  const verdicts = changes.map((change) => verdict(change, target));
  if (verdicts.includes("true")) return "true";
  return guards && verdicts.includes("unknown") ? "unknown" : "false";
}

/** Whether one field's change makes a safeguard weaker. */
function verdict(change: FieldChange, { resource }: Target): ConfigurationRow["weakens"] {
  const { name, before, after, isBeforeKnown } = change;
  if (name.endsWith("failurePolicy")) return after === "Ignore" ? "true" : "false";
  if (name.endsWith("namespaceSelector") || name.endsWith("objectSelector") || name === "podSelector")
    return after === undefined || after === "{}"
      ? "false"
      : isBeforeKnown && (before === undefined || before === "{}")
        ? "true"
        : "unknown";
  if (name.endsWith("rules")) return lost(before, after, isBeforeKnown);
  if (name === "validation actions") {
    if (after?.includes("Deny") === true) return "false";
    return !isBeforeKnown || before?.includes("Deny") === true ? "true" : "false";
  }
  if (name === "validations")
    return Number(after ?? 0) < Number(before ?? 0) ? "true" : isBeforeKnown ? "false" : "unknown";
  if (name.endsWith("match conditions")) return Number(after ?? 0) > Number(before ?? 0) ? "true" : "unknown";
  if (name.endsWith("target") || name === "policy") return "unknown";
  if (name === "insecureSkipTLSVerify") return after === "true" ? "true" : "false";
  if (resource === "networkpolicies") return networkVerdict(change);
  if (resource === "namespaces" && isPodSecurity(name)) return podSecurityVerdict(change);
  if (name === "replicas") return after === "0" ? "true" : "false";
  if (name === "suspend") return after === "true" ? "true" : "false";
  if (name.startsWith("key ") || name.startsWith("image of ")) return "unknown";
  return "false";
}

function lost(
  before: string | undefined,
  after: string | undefined,
  isBeforeKnown: boolean,
): ConfigurationRow["weakens"] {
  if (after === undefined || after === "[]") return "true";
  if (!isBeforeKnown) return "unknown";
  return before === undefined ? "false" : "unknown";
}

function networkVerdict({ name, before, after, isBeforeKnown }: FieldChange): ConfigurationRow["weakens"] {
  if (after === "open to all") return !isBeforeKnown || before !== "open to all" ? "true" : "false";
  if (name === "policy types" && before !== undefined) return after?.includes(before) === true ? "false" : "true";
  return name.startsWith("label ") ? "false" : "unknown";
}

const enforce = "label pod-security.kubernetes.io/enforce";
const levels = ["privileged", "baseline", "restricted"];

function isPodSecurity(name: string): boolean {
  return name.startsWith("label pod-security.kubernetes.io/");
}

/** Only `enforce` refuses pods; without it a namespace takes any, unless the cluster has another default. */
function podSecurityVerdict({ name, before, after, isBeforeKnown }: FieldChange): ConfigurationRow["weakens"] {
  if (name !== enforce) return "false";
  if (after === undefined || after === "privileged") return "true";
  if (isBeforeKnown) return levels.indexOf(after) < levels.indexOf(before ?? "") ? "true" : "false";
  return after === "restricted" ? "false" : "unknown";
}
