import type { Control, EvidenceBundle, Framework } from "@kaudit/evidence";
import { markup, oscalString, token } from "./oscal-text.js";
import { stableUuid } from "./stable-uuid.js";

/** Names of properties that are ours. */
const ns = "https://github.com/kaudit/kaudit/ns/oscal";

interface Property {
  readonly name: string;
  readonly ns: string;
  readonly value: string;
}

/** What an exception of a bundle is read for here. */
interface RaisedException {
  readonly id: string;
  readonly title: string;
  readonly sentence: string;
  readonly severity: string;
  readonly state: string;
  readonly cluster: string;
  readonly count: number;
}

/**
 * Gives the text of `oscal/assessment-results.json`: OSCAL assessment results (NIST, 1.1.2) with one observation for each
 * control and each exception.
 *
 * It holds observations only. OSCAL's findings say "satisfied" or "not satisfied", which an audit log cannot decide: that is
 * the assessor's to say. Times are those of the period's end and UUIDs are made from the evidence id, so that the same
 * evidence gives the same bytes.
 */
export function assessmentResultsText(bundle: EvidenceBundle, evidenceId: string): string {
  const uuid = (name: string): string => stableUuid(evidenceId, name);
  const at = moment(bundle.period.to);
  const results = {
    "assessment-results": {
      uuid: uuid("assessment-results"),
      metadata: {
        title: `Kubernetes audit evidence, ${bundle.period.label}`,
        "last-modified": at,
        version: evidenceId.slice(0, 16),
        "oscal-version": "1.1.2",
        props: properties([
          ["evidence-id", evidenceId],
          ["tool-version", `${bundle.tool.name} ${bundle.tool.version}`],
        ]),
        remarks:
          "Observations from Kubernetes audit logs. Whether a control is satisfied is for the assessor to decide.",
      },
      "import-ap": {
        href: `#${uuid("resource bundle.json")}`,
        remarks: "No assessment plan was given; the bundle says what was read and how it was tested.",
      },
      results: [result(bundle, uuid, at)],
      "back-matter": { resources: resources(bundle, evidenceId, uuid) },
    },
  };
  return `${JSON.stringify(results, null, 2)}\n`;
}

type Uuid = (name: string) => string;

function result(bundle: EvidenceBundle, uuid: Uuid, at: string): object {
  const selections = bundle.frameworks.map((framework) => ({
    description: framework.name,
    "include-controls": framework.controls.map((control) => ({ "control-id": token(framework.id, control.id) })),
  }));
  const clusters = bundle.clusters.length > 1 ? bundle.clusters.map(({ name }) => name) : [];
  const observations = [
    ...bundle.frameworks.flatMap((framework) =>
      framework.controls.map((control) => controlObservation(bundle, framework, control, uuid, at)),
    ),
    ...exceptionsOf(bundle).map((exception) => exceptionObservation(exception, clusters, uuid, at)),
  ];
  return {
    uuid: uuid("result"),
    title: `Kubernetes audit evidence, ${bundle.period.label}`,
    description: `Requests to the Kubernetes API server from ${bundle.period.from} to ${bundle.period.to} (end excluded), as its audit log has them.`,
    start: moment(bundle.period.from),
    end: at,
    "local-definitions": {
      components: [
        {
          uuid: uuid("component cluster"),
          type: "software",
          title: markup(clusterTitle(bundle)),
          description:
            bundle.clusters.length > 1
              ? "The Kubernetes clusters whose API servers wrote the audit logs; each is a component of its own."
              : "The Kubernetes cluster whose API server wrote the audit log.",
          status: { state: "operational" },
        },
        ...clusterComponents(bundle, uuid),
      ],
    },
    // OSCAL asks for at least one selection, also where no framework was asked for.
    "reviewed-controls": { "control-selections": selections.length === 0 ? [{ description: "none" }] : selections },
    ...(observations.length === 0 ? {} : { observations }),
  };
}

function clusterTitle({ cluster, clusters }: EvidenceBundle): string {
  if (clusters.length > 1) return `${clusters.length} clusters`;
  return cluster.name === "" ? "cluster not named" : cluster.name;
}

/** A component for each of several clusters; none where one was read. */
function clusterComponents({ clusters }: EvidenceBundle, uuid: Uuid): object[] {
  if (clusters.length < 2) return [];
  return clusters.map(({ name }) => ({
    uuid: uuid(`component cluster ${name}`),
    type: "software",
    title: markup(name === "" ? "cluster not named" : name),
    description: "One of the Kubernetes clusters whose API servers wrote the audit logs.",
    status: { state: "operational" },
  }));
}

/** The clusters that a control was judged in, each with its status. */
function statusByCluster({ clusters = [] }: Control): [string, string][] {
  return clusters.map(({ cluster, status }) => ["evidence-status-in-cluster", oscalString(`${status} in ${cluster}`)]);
}

function controlObservation(
  bundle: EvidenceBundle,
  framework: Framework,
  control: Control,
  uuid: Uuid,
  at: string,
): object {
  const name = `${framework.id} ${control.id}`;
  const populations = control.populations.map(({ register, rows }) => ({
    href: `#${uuid(`resource register ${register}`)}`,
    description: `${rows} requests in the register ${register}.`,
  }));
  return {
    uuid: uuid(`observation ${name}`),
    title: `${framework.name} ${markup(control.id)}: ${markup(control.title)}`,
    description: `${markup(control.statusReason)}`,
    props: properties([
      ["control-id", token(framework.id, control.id)],
      ["control-label", oscalString(control.id)],
      ["framework", framework.id],
      ["evidence-status", control.status],
      ...statusByCluster(control),
    ]),
    methods: ["TEST"],
    types: ["control-objective"],
    subjects: subject(uuid),
    ...(populations.length === 0 ? {} : { "relevant-evidence": populations }),
    collected: at,
    ...(control.limits === "" ? {} : { remarks: `What the log cannot show: ${markup(control.limits)}` }),
  };
}

function exceptionObservation(exception: RaisedException, clusters: readonly string[], uuid: Uuid, at: string): object {
  return {
    uuid: uuid(`observation exception ${exception.id}`),
    title: markup(exception.title),
    description: markup(exception.sentence),
    props: properties([
      ["exception-id", oscalString(exception.id)],
      ["severity", oscalString(exception.severity)],
      ["state", oscalString(exception.state)],
      ["requests", String(exception.count)],
    ]),
    methods: ["TEST"],
    types: ["finding"],
    subjects: clusters.includes(exception.cluster)
      ? [{ "subject-uuid": uuid(`component cluster ${exception.cluster}`), type: "component" }]
      : subject(uuid),
    collected: at,
  };
}

/** A bundle of a version that raises no exceptions has none. */
function exceptionsOf(bundle: object): readonly RaisedException[] {
  return "exceptions" in bundle && Array.isArray(bundle.exceptions) ? (bundle.exceptions as RaisedException[]) : [];
}

function subject(uuid: Uuid): object[] {
  return [{ "subject-uuid": uuid("component cluster"), type: "component" }];
}

/** The files that observations point to, with the hashes that they have in the pack. */
function resources(bundle: EvidenceBundle, evidenceId: string, uuid: Uuid): object[] {
  const resource = (name: string, title: string, href: string, type: string, sha256: string): object => ({
    uuid: uuid(`resource ${name}`),
    title,
    rlinks: [{ href, "media-type": type, hashes: [{ algorithm: "SHA-256", value: sha256 }] }],
  });
  return [
    resource("bundle.json", "The evidence as data", "../bundle.json", "application/json", evidenceId),
    ...bundle.registers.map(({ name, rows, sha256 }) =>
      resource(`register ${name}`, `Register ${name}: ${rows} rows`, `../registers/${name}.csv`, "text/csv", sha256),
    ),
  ];
}

function properties(pairs: readonly (readonly [name: string, value: string])[]): readonly Property[] {
  return pairs.map(([name, value]) => ({ name, ns, value }));
}

/** A moment as OSCAL has it: with its zone, here always UTC. */
function moment(timestamp: string): string {
  return new Date(timestamp).toISOString().replace(".000Z", "Z");
}
