import { actorKinds } from "../coverage/actor-kinds.js";
import { questionBoxes } from "../coverage/policy-coverage.js";
import type { EvidenceRequest } from "../coverage/evidence-requests.js";
import { findExposures } from "../coverage/secret-exposure.js";
import { describeRequest } from "../request-words.js";
import type { LintContext } from "./lint-context.js";

/** The result of a check of the CIS Kubernetes Benchmark, decided by what the policy does, not by the words in it. */
export interface BenchmarkResult {
  readonly id: "3.2.1" | "3.2.2";
  readonly title: string;
  readonly passed: boolean;
  /** What the answer rests on; for a failure what is missing, each with a request. */
  readonly evidence: readonly string[];
}

/** The benchmark whose numbers are used. */
export const benchmarkName = "CIS Kubernetes Benchmark 1.11";

const concerns: readonly {
  readonly title: string;
  readonly select: EvidenceRequest["select"];
  readonly metadataOnly: boolean;
}[] = [
  {
    title: "access to secrets",
    select: { resources: [{ resources: ["secrets"] }] },
    metadataOnly: true,
  },
  {
    title: "access to config maps",
    select: { resources: [{ resources: ["configmaps"] }] },
    metadataOnly: true,
  },
  {
    title: "token reviews",
    select: { verbs: ["create"], resources: [{ group: "authentication.k8s.io", resources: ["tokenreviews"] }] },
    metadataOnly: true,
  },
  {
    title: "changes of pods and deployments",
    select: {
      verbs: ["create", "update", "patch", "delete", "deletecollection"],
      resources: [
        { group: "", resources: ["pods"] },
        { group: "apps", resources: ["deployments"] },
      ],
    },
    metadataOnly: false,
  },
  {
    title: "use of exec, port-forward and proxies",
    select: {
      verbs: ["get", "create"],
      resources: [{ resources: ["pods/exec", "pods/portforward", "pods/proxy", "services/proxy"] }],
    },
    metadataOnly: false,
  },
];

/** `cis/3.2.1` and `cis/3.2.2`, by people and service accounts. */
export function checkBenchmark(context: LintContext): readonly BenchmarkResult[] {
  const results = [minimalPolicy(context), securityConcerns(context)];
  for (const { id, title, passed, evidence } of results) {
    if (passed) continue;
    context.add(`cis/${id}`, "warning", "", {
      message: `${benchmarkName}, ${id} "${title}" is not met: ${evidence[0] ?? ""}`,
      consequence:
        evidence.length > 1
          ? `Also: ${evidence.slice(1).join(" ")}`
          : "An assessment against the benchmark will find this.",
      mend: "Record these requests at level Metadata, for everyone.",
    });
  }
  return results;
}

function minimalPolicy({ rules }: LintContext): BenchmarkResult {
  const recording = rules.filter((rule) => rule.level !== "None").length;
  return {
    id: "3.2.1",
    title: "Ensure that a minimal audit policy is created",
    passed: recording > 0,
    evidence: [
      recording > 0
        ? `${recording} of ${rules.length} rules record requests.`
        : "Every rule has level None: nothing is recorded.",
    ],
  };
}

function securityConcerns({ space }: LintContext): BenchmarkResult {
  const failures: string[] = [];
  for (const { title, select, metadataOnly } of concerns) {
    for (const actor of actorKinds) {
      if (actor === "unauthenticated") continue;
      const boxes = questionBoxes(space, select, actor);
      const missed =
        actor === "human" || actor === "serviceaccount"
          ? space.find(boxes, ({ level }) => level === "None")
          : undefined;
      const exposed = metadataOnly ? findExposures(space, boxes, "Metadata")[0] : undefined;
      if (missed !== undefined) failures.push(`${title}: not recorded for ${describeRequest(missed.witness)}.`);
      else if (exposed !== undefined)
        failures.push(
          `${title}: level ${exposed.decision.level} instead of Metadata for ${describeRequest(exposed.witness)}.`,
        );
      else continue;
      break;
    }
  }
  return {
    id: "3.2.2",
    title: "Ensure that the audit policy covers key security concerns",
    passed: failures.length === 0,
    evidence: failures.length > 0 ? failures : concerns.map(({ title }) => `${title}: recorded.`),
  };
}
