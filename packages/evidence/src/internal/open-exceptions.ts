import type { RegisterEntry } from "../bundle.js";
import type { RegisterName } from "../register-row.js";
import { counted, joined } from "./findings.js";
import type { Finding } from "./findings.js";

/** A count of a register's summary that calls for a person, and the count of it that people caused, where that is kept. */
interface AttentionFact {
  readonly register: RegisterName;
  readonly count: string;
  readonly byPeople?: string;
  readonly one: string;
  readonly many: string;
}

const attentionFacts: readonly AttentionFact[] = [
  {
    register: "secrets",
    count: "readsByPeople",
    one: "successful read of Secrets by a person",
    many: "successful reads of Secrets by people",
  },
  {
    register: "secrets",
    count: "clusterWideSucceeded",
    byPeople: "clusterWideByPeople",
    one: "successful request for the Secrets of every namespace",
    many: "successful requests for the Secrets of every namespace",
  },
  {
    register: "rbac",
    count: "raisedPrivilege",
    byPeople: "raisedPrivilegeByPeople",
    one: "change that raised privilege",
    many: "changes that raised privilege",
  },
  {
    register: "rbac",
    count: "raisedPrivilegeUnknown",
    one: "change of access whose effect is not known",
    many: "changes of access whose effect is not known",
  },
  {
    register: "sessions",
    count: "establishedByPeople",
    one: "session opened by a person",
    many: "sessions opened by people",
  },
  {
    register: "impersonation",
    count: "byPeople",
    one: "successful request by a person under another name",
    many: "successful requests by people under another name",
  },
  {
    register: "authorization",
    count: "byPeople",
    one: "refused attempt by a person",
    many: "refused attempts by people",
  },
  {
    register: "deletions",
    count: "collectionsByPeople",
    one: "collection deleted by a person",
    many: "collections deleted by people",
  },
];

/** The exceptions of a control that nobody has decided about. */
export interface OpenExceptions {
  readonly open: number;
  /** What they are, as a sentence goes on after "12 rows observed; "; empty where there is none. */
  readonly words: string;
}

/** What exceptions are told by. */
export interface ExceptionBasis {
  readonly registers: readonly RegisterEntry[];
  readonly findings: readonly Finding[];
}

/** Gives the open exceptions among a control's populations: facts that call for a person, with their counts. */
export function openExceptions(registers: readonly RegisterName[], basis: ExceptionBasis): OpenExceptions {
  const facts = factsFor(registers, basis);
  return { open: facts.length, words: facts.length === 0 ? "" : `a person has to look at ${joined(facts)}` };
}

function factsFor(registers: readonly RegisterName[], basis: ExceptionBasis): string[] {
  const facts: string[] = [];
  for (const { register, count, byPeople, one, many } of attentionFacts) {
    const own = registers.includes(register) ? (entryOf(basis, register)?.summary.own ?? {}) : {};
    const found = own[count] ?? 0;
    if (found === 0) continue;
    const people = byPeople === undefined ? "" : ` (${own[byPeople] ?? 0} by people)`;
    facts.push(`${counted(found, one, many)}${people}`);
  }
  const anonymous = anonymousSuccesses(registers, basis);
  if (anonymous > 0) facts.push(counted(anonymous, "successful anonymous request"));
  for (const { code, count } of basis.findings) {
    if (code === "secret-values-in-log" && registers.includes("secrets")) {
      facts.push(counted(count, "event with secret values in the log", "events with secret values in the log"));
    } else if (code === "conflicting-events") {
      facts.push(counted(count, "event that contradicts another", "events that contradict each other"));
    } else if (code === "repeated-across-instances") {
      facts.push(counted(count, "event read under two API servers", "events read under two API servers"));
    }
  }
  return facts;
}

function entryOf(basis: ExceptionBasis, name: RegisterName): RegisterEntry | undefined {
  return basis.registers.find((register) => register.name === name);
}

function anonymousSuccesses(registers: readonly RegisterName[], basis: ExceptionBasis): number {
  let all = 0;
  for (const name of registers) {
    for (const [, kind, succeeded] of entryOf(basis, name)?.summary.overTime ?? []) {
      if (kind === "anonymous") all += succeeded;
    }
  }
  return all;
}
