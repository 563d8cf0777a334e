import type { AuditEvent } from "@kaudit/schema";
import { auditEvent } from "@kaudit/testkit";

/** How the traffic of a living cluster is made. */
export interface SteadyTraffic {
  readonly from: string;
  readonly to: string;
  /** Default 10: the pace of a kubelet's lease. */
  readonly everySeconds?: number;
  /** Leaves out what is received at these times. */
  readonly without?: (ms: number) => boolean;
}

/** The lease that a node renews all the time, with nobody doing anything: one event each ten seconds. */
export function steadyTraffic({ from, to, everySeconds = 10, without = () => false }: SteadyTraffic): AuditEvent[] {
  const events: AuditEvent[] = [];
  for (let ms = Date.parse(from); ms < Date.parse(to); ms += everySeconds * 1000) {
    if (without(ms)) continue;
    events.push(leaseRenewal(ms));
  }
  return events;
}

function leaseRenewal(ms: number): AuditEvent {
  const text = new Date(ms).toISOString();
  return auditEvent({
    auditID: `lease-${ms}`,
    verb: "update",
    user: { username: "system:node:node-1", groups: ["system:nodes", "system:authenticated"] },
    requestURI: "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node-1?timeout=10s",
    objectRef: {
      resource: "leases",
      namespace: "kube-node-lease",
      name: "node-1",
      apiGroup: "coordination.k8s.io",
      apiVersion: "v1",
    },
    requestReceivedTimestamp: text.replace("Z", "000Z"),
    stageTimestamp: text.replace("Z", "900Z"),
  });
}
