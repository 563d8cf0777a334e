import type { Condition, Rule } from "@kaudit/rules";
import { recordingControls } from "./fragments.js";

const found = (...words: readonly string[]): Condition => ({ field: "finding", in: words });

/**
 * Rules about the evidence itself: their facts come from what was noticed while it was made, from the gates, the review and the
 * approvals, not from requests.
 */
export const evidenceRules: readonly Rule[] = [
  {
    id: "KX-026",
    title: "Secret values stand in the audit log",
    description:
      "The log itself holds passwords, keys or tokens: whoever may read the log can use them, and so can whoever gets a copy.",
    severity: "critical",
    when: found("secret-values-in-log"),
    groupBy: ["finding"],
    sentence: "{count} of the recorded events hold Secret values or tokens[: {detail}].",
    controls: {
      soc2: ["CC6.1", "C1.1"],
      "pci-dss": ["3.6.1", "10.3.1"],
      hipaa: ["164.312(a)(1)"],
      "nist-800-53": ["AU-9"],
      "cis-kubernetes": ["3.2.2"],
    },
    remedy:
      "Record Secrets, token requests and token reviews at level Metadata. Change the values, and protect or purge the old logs.",
    falsePositives: ["Values that were scrubbed with an unusual word."],
  },
  {
    id: "KX-027",
    title: "Audit policy does not record what is needed",
    description:
      "Requests of a kind that a control depends on leave no record, or none that tells how they ended: their absence proves nothing.",
    severity: "high",
    when: found("class-not-recorded"),
    groupBy: ["finding", "about"],
    sentence: "the audit policy does not record the class {about} as needed[: {detail}].",
    controls: recordingControls,
    remedy: "Add a rule to the audit policy; kaudit policy generate writes one.",
    falsePositives: ["A class that the policy leaves out on purpose and no control asks for."],
  },
  {
    id: "KX-028",
    title: "Gap in the audit log",
    description:
      "An API server recorded nothing for longer than its traffic explains: what happened then is not known.",
    severity: "high",
    when: found("coverage-gap"),
    groupBy: ["finding", "about", "detail"],
    sentence: "the audit log of {about} has a gap[: {detail}].",
    controls: recordingControls,
    remedy:
      "Look for the missing files: rotation, a restart, a full disk, a collector that stood still. Explain the gap in the configuration where its cause is known.",
    falsePositives: ["A cluster that was switched off, or at rest."],
  },
  {
    id: "KX-029",
    title: "Records are damaged, repeated or out of order",
    description:
      "Records that cannot be read, that lost their content, or that contradict each other weaken what the rest proves.",
    severity: "medium",
    when: {
      any: [
        found(
          "rejected-records",
          "truncated-events",
          "cut-events",
          "undated-events",
          "other-writers",
          "conflicting-events",
          "contradicted-across-instances",
          "version-regressions",
          "dated-after-receipt",
          "clock-regressions",
          "repeated-across-clusters",
        ),
        {
          all: [
            found("duplicate-events", "late-events", "received-late", "repeated-across-instances"),
            { field: "sharePercent", above: { parameter: "damageTolerancePercent" } },
          ],
        },
      ],
    },
    groupBy: ["finding"],
    sentence: "{count} of the log's records are damaged, repeated or out of order[: {detail}].",
    controls: {
      soc2: ["CC2.1"],
      "pci-dss": ["10.2.2", "10.3.4"],
      hipaa: ["164.312(b)"],
      "nist-800-53": ["AU-3", "AU-9"],
    },
    remedy:
      "Find the cause on the way of the log (size limits, copytruncate, a full disk, retries) and keep the original files.",
    falsePositives: ["A collector that delivers at least once repeats records; they are counted once."],
  },
  {
    id: "KX-030",
    title: "Input does not match its hash, or changed since the last report",
    description:
      "A file that was evidence before has other content now. Until that is explained, the evidence cannot be trusted.",
    severity: "critical",
    when: found("changed-input", "hash-mismatch"),
    groupBy: ["finding", "about"],
    sentence: "the input {about} is not what it was[: {detail}].",
    controls: {
      soc2: ["CC2.1"],
      "pci-dss": ["10.3.2", "10.3.4"],
      hipaa: ["164.312(c)(1)"],
      "nist-800-53": ["AU-9", "AU-9(3)"],
    },
    remedy: "Get the file from the store again and compare; find out who could write to it.",
    falsePositives: ["A live log file that has grown since; give rotated files."],
  },
];

/** Rules about the review of the evidence and about approvals. */
export const reviewRules: readonly Rule[] = [
  {
    id: "KX-037",
    title: "Review missing, late, or by somebody who acted",
    description: "Evidence has to be reviewed in time, by somebody who is not in it.",
    severity: "medium",
    when: found("review-missing", "review-late", "review-before-the-end", "reviewer-is-actor"),
    groupBy: ["finding", "about"],
    sentence: "the review is missing, late, or was done by somebody who acted[: {detail}].",
    controls: {
      soc2: ["CC4.1", "CC7.3"],
      "pci-dss": ["10.4.1", "10.4.3"],
      hipaa: ["164.308(a)(1)(ii)(D)"],
      "nist-800-53": ["AU-6", "AC-5"],
    },
    remedy: "Have somebody else review it, and record who and when.",
    falsePositives: ["A reviewer whose only requests were made for the review."],
  },
  {
    id: "KX-038",
    title: "Approval expired, without an owner, or too wide",
    description:
      "An approval that has expired, that nobody owns, or that covers anybody and anything approves nothing.",
    severity: "medium",
    when: found("approval-expired", "approval-ownerless", "approval-too-wide", "approval-self-approved"),
    groupBy: ["finding", "about"],
    sentence: "approval {about} cannot be relied on[: {detail}].",
    controls: {
      soc2: ["CC6.3"],
      "pci-dss": ["7.2.4", "7.2.5.1"],
      hipaa: ["164.308(a)(4)(ii)(C)"],
      "nist-800-53": ["AC-6(7)"],
    },
    remedy: "Renew it with an owner and an expiry, or remove it.",
    falsePositives: ["An approval that expired after its last use."],
  },
];
