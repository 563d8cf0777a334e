import type { Control, ControlStatus, EvidenceBundle, Framework } from "@kaudit/evidence";
import { visibleString } from "@kaudit/schema";
import { severities, type Severity } from "../document/exceptions.js";
import { statusWords } from "../document/words/controls.js";
import { counted } from "../document/words/count.js";
import { stableUuid } from "../oscal/stable-uuid.js";

/** The version of the schema (schema.ocsf.io) that the lines are written for. */
const ocsfVersion = "1.4.0";

const findings = { category: 2, complianceFinding: 2003, create: 1 } as const;

/**
 * Compliance status (schema.ocsf.io, objects/compliance, status_id). 1 (Pass) and 3 (Fail) would be opinions on a control, which an
 * audit log cannot give; 2 (Warning) stands for "no result, as information is missing"; 99 (Other) takes the source's own word.
 */
const complianceStatus: Readonly<Record<ControlStatus, readonly [id: 2 | 99, status: string]>> = {
  "evidence-present": [99, statusWords["evidence-present"]],
  exceptions: [99, statusWords.exceptions],
  "insufficient-evidence": [2, "Warning"],
  "outside-source": [99, statusWords["outside-source"]],
};

/** Severity (schema.ocsf.io, severity_id): of the most severe exception that waits, else informational. */
const severityIds: Readonly<Record<Severity, readonly [id: number, severity: string]>> = {
  critical: [5, "Critical"],
  high: [4, "High"],
  medium: [3, "Medium"],
  low: [2, "Low"],
};
const informational = [1, "Informational"] as const;

/**
 * Gives the lines of `ocsf/compliance-findings.jsonl`: an OCSF Compliance Finding (class 2003) for each control of the frameworks,
 * in their order. `frameworks`: ids, default all of the bundle's.
 *
 * A finding says what the evidence allows to say, never "Pass" or "Fail". Its time is the period's end and its uid is made from
 * the evidence id, so that the same evidence gives the same bytes.
 */
export function complianceFindingsText(
  bundle: EvidenceBundle,
  evidenceId: string,
  frameworks: readonly string[] = bundle.frameworks.map(({ id }) => id),
): string {
  return bundle.frameworks
    .filter(({ id }) => frameworks.includes(id))
    .flatMap((framework) => framework.controls.map((control) => finding(bundle, evidenceId, framework, control)))
    .map((line) => `${JSON.stringify(line)}\n`)
    .join("");
}

function finding(bundle: EvidenceBundle, evidenceId: string, framework: Framework, control: Control): object {
  const uid = stableUuid(evidenceId, `ocsf ${framework.id} ${control.id}`);
  const [severityId, severity] = severityOf(bundle, framework, control);
  const time = milliseconds(bundle.period.to);
  const title = `${framework.name} ${control.id}: ${control.title}`;
  return {
    activity_id: findings.create,
    activity_name: "Create",
    category_uid: findings.category,
    category_name: "Findings",
    class_uid: findings.complianceFinding,
    class_name: "Compliance Finding",
    type_uid: findings.complianceFinding * 100 + findings.create,
    type_name: "Compliance Finding: Create",
    time,
    start_time: milliseconds(bundle.period.from),
    end_time: time,
    severity_id: severityId,
    severity,
    status_id: 1,
    status: "New",
    message: visibleString(`${title}. ${statusWords[control.status]}: ${control.statusReason}`),
    metadata: {
      version: ocsfVersion,
      uid,
      product: { name: bundle.tool.name, vendor_name: "kaudit", version: bundle.tool.version },
      log_name: "Kubernetes API server audit log",
    },
    finding_info: {
      uid,
      title: visibleString(title),
      desc: visibleString(control.summary),
      created_time: time,
      data_sources: ["Kubernetes API server audit log"],
      types: ["Evidence from audit logs"],
    },
    compliance: compliance(framework, control),
    resources: [{ name: visibleString(bundle.cluster.name) || "cluster not named", type: "Kubernetes cluster" }],
    unmapped: unmapped(evidenceId, framework, control),
  };
}

function compliance(framework: Framework, control: Control): object {
  const [statusId, status] = complianceStatus[control.status];
  return {
    control: visibleString(control.id),
    standards: [visibleString(`${framework.name}, ${framework.edition}`)],
    requirements: [visibleString(`${framework.name} ${control.id}`)],
    status_id: statusId,
    status,
    status_code: control.status,
    status_details: [visibleString(control.statusReason)],
  };
}

/** What OCSF has no attribute for. */
function unmapped(
  evidenceId: string,
  framework: Framework,
  { exceptions, gates, populations, tested, limits }: Control,
): object {
  return {
    framework_id: framework.id,
    evidence_id: evidenceId,
    tested: visibleString(tested),
    populations: populations.map(({ register, rows }) => ({ register, rows, file: `registers/${register}.csv` })),
    exceptions_open: exceptions.open,
    exceptions_closed: exceptions.closed,
    gates: gates.map(({ id, result }) => ({ id, result })),
    not_shown: visibleString(limits),
    note: `${counted(exceptions.open, "exception")} to resolve. Whether the control is met is for the assessor to decide.`,
  };
}

function severityOf({ exceptions }: EvidenceBundle, { id }: Framework, control: Control): readonly [number, string] {
  const open = exceptions.filter(
    ({ state, controls }) =>
      state === "open" && Object.hasOwn(controls, id) && controls[id]?.includes(control.id) === true,
  );
  const worst = severities.find((severity) => open.some((one) => one.severity === severity));
  return worst === undefined ? informational : severityIds[worst];
}

/** A moment as OCSF has it: milliseconds since 1970, UTC. */
function milliseconds(timestamp: string): number {
  return Date.parse(timestamp);
}
