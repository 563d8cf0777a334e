import type { ExceptionInBundle } from "../exceptions/exception-in-bundle.js";
import type { FrameworkBasis } from "../frameworks/framework-result.js";
import { evaluateGates } from "../gates/evaluate-gates.js";
import type { GateFacts } from "../gates/gate-facts.js";
import { verifiedDays } from "../gates/verified-days.js";
import type { RegisterName } from "../register-row.js";
import { statusOverClusters } from "./control-status-by-cluster.js";
import type { ClusterBasis } from "./control-status-by-cluster.js";
import { controlStatus } from "./control-status.js";
import type { StatusBasis } from "./control-status.js";
import type { FilledRegisters } from "./fill-registers.js";

/** Gives what judges a control: over the run where one cluster was read, else in each cluster by what is known of it. */
export function judgeOfControls(
  whole: StatusBasis,
  facts: GateFacts,
  exceptions: readonly ExceptionInBundle[],
  review: GateFacts["review"],
  { rowsByCluster }: Pick<FilledRegisters, "rowsByCluster">,
): FrameworkBasis["status"] {
  if (facts.clusters.length < 2) return (definition, framework) => controlStatus(definition, framework, whole);
  const clusters = facts.clusters.map((cluster): ClusterBasis => {
    const rows = rowsByCluster.get(cluster.name) ?? {};
    const basis = {
      registers: whole.registers.map((register) => ({ ...register, rows: rows[register.name] ?? 0 })),
      gates: evaluateGates({ ...facts, clusters: [cluster], review }),
      exceptions: exceptions.filter((one) => one.cluster === cluster.name),
      verifiedDays: (register: RegisterName) => verifiedDays(register, [cluster], facts.period),
    };
    return { name: cluster.name, basis };
  });
  const names = new Set(clusters.map(({ name }) => name));
  const shared = exceptions.filter(({ cluster }) => !names.has(cluster));
  return (definition, framework) => statusOverClusters(definition, framework, whole, clusters, shared);
}
