import type { Condition, Rule } from "@kaudit/rules";

/** Parts that conditions of the exception rules are made of. */
export const human: Condition = { field: "actorKind", is: "human" };
export const serviceAccount: Condition = { field: "actorKind", is: "serviceaccount" };
export const succeeded: Condition = { field: "outcome", is: "success" };
/** A delete at level Metadata may have been a dry run; it counts until that is known. */
export const notDryRun: Condition = { not: { field: "dryRun", is: "true" } };
export const tookEffect: Condition = { all: [succeeded, notDryRun] };
export const notRoutine: Condition = { not: { field: "actor", inList: "routineActors" } };
/** Where the scope was not declared, every namespace may be in it. */
export const inScope: Condition = {
  any: [
    { field: "scopes", in: ["production", "cde", "ephi"] },
    { field: "scopeDeclared", is: false },
  ],
};
export const everyScope: NonNullable<Rule["scopeRaises"]> = ["production", "cde", "ephi"];

/** The control ids that several rules of the catalogue share. */
export const secretReadControls = {
  soc2: ["CC6.1", "CC7.2"],
  "pci-dss": ["7.2.2", "10.2.1.1", "10.2.1.2"],
  hipaa: ["164.308(a)(1)(ii)(D)", "164.312(a)(1)", "164.312(b)"],
  "nist-800-53": ["AC-6", "AC-6(9)", "SI-4"],
  "cis-kubernetes": ["5.1.2"],
};
export const rbacControls = {
  soc2: ["CC6.3", "CC8.1"],
  "pci-dss": ["7.2.2", "7.2.3", "10.2.1.5"],
  hipaa: ["164.308(a)(4)(ii)(B)", "164.308(a)(4)(ii)(C)", "164.312(a)(1)"],
  "nist-800-53": ["AC-2(4)", "AC-6", "CM-3"],
};
export const sessionControls = {
  soc2: ["CC6.1", "CC6.3", "CC7.2"],
  "pci-dss": ["8.2.2", "10.2.1.2"],
  hipaa: ["164.308(a)(1)(ii)(D)", "164.312(a)(1)", "164.312(b)"],
  "nist-800-53": ["AC-6(9)", "AC-17", "SI-4"],
};
export const recordingControls = {
  soc2: ["CC2.1", "CC7.2"],
  "pci-dss": ["10.2.1", "10.2.1.6", "10.7.2"],
  hipaa: ["164.312(b)", "164.308(a)(1)(ii)(D)"],
  "nist-800-53": ["AU-2", "AU-5", "AU-12"],
  "cis-kubernetes": ["3.2.1", "3.2.2"],
};
