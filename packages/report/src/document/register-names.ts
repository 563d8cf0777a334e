import type { EvidenceBundle, RegisterEntry, RegisterName } from "@kaudit/evidence";
import { counted } from "./words/count.js";

/** How a register is spoken of. */
interface RegisterWords {
  /** The section that prints it. */
  readonly section: string;
  /** "Requests on Secrets" */
  readonly plural: string;
  /** Its rows with a number: "113 requests on Secrets". */
  readonly unit: readonly [singular: string, plural: string];
}

const words: Readonly<Record<RegisterName, RegisterWords>> = {
  secrets: {
    section: "secrets",
    plural: "Requests on Secrets",
    unit: ["request on Secrets", "requests on Secrets"],
  },
  rbac: {
    section: "rbac",
    plural: "Changes of access rights",
    unit: ["change of access rights", "changes of access rights"],
  },
  sessions: {
    section: "sessions",
    plural: "Sessions inside containers",
    unit: ["session attempt", "session attempts"],
  },
  authentication: {
    section: "refused",
    plural: "Requests without accepted identity (401)",
    unit: ["request without accepted identity (401)", "requests without accepted identity (401)"],
  },
  authorization: {
    section: "refused",
    plural: "Refused requests (403)",
    unit: ["refused request (403)", "refused requests (403)"],
  },
  credentials: {
    section: "credentials",
    plural: "Requests on credentials",
    unit: ["request on credentials", "requests on credentials"],
  },
  impersonation: {
    section: "impersonation",
    plural: "Requests made as another user",
    unit: ["request made as another user", "requests made as another user"],
  },
  deletions: {
    section: "deletions",
    plural: "Deletions",
    unit: ["deletion request", "deletion requests"],
  },
  configuration: {
    section: "configuration",
    plural: "Changes of configuration",
    unit: ["change of configuration", "changes of configuration"],
  },
};

/** Gives the id of the section that prints a register. */
export function registerSection(name: RegisterName): string {
  return words[name].section;
}

/** Gives a register's name for a reader: "Requests on Secrets". */
export function registerLabel(name: RegisterName): string {
  return words[name].plural;
}

/** Gives a register's rows with their noun: "113 requests on Secrets". */
export function registerRows(name: RegisterName, rows: number): string {
  return counted(rows, ...words[name].unit);
}

/** Finds a register in the bundle; undefined where this run did not fill it. */
export function findRegister(bundle: EvidenceBundle, name: RegisterName): RegisterEntry | undefined {
  return bundle.registers.find((register) => register.name === name);
}
