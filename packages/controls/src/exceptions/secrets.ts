import type { Rule } from "@kaudit/rules";
import {
  everyScope,
  human,
  inScope,
  notRoutine,
  secretReadControls,
  serviceAccount,
  succeeded,
  tookEffect,
} from "./fragments.js";

/** Secrets hold passwords, keys and tokens: who reads one has what it protects. */
export const secretRules: readonly Rule[] = [
  {
    id: "KX-001",
    title: "Person read a Secret in a namespace in scope",
    description:
      "A person asked for a Secret by name and got it, with the passwords, keys or tokens in it. In production that is rarely part of the daily work.",
    severity: "medium",
    scopeRaises: everyScope,
    usesScope: true,
    needs: [{ class: "secrets", level: "Metadata" }],
    when: { all: [{ field: "access", is: "read" }, human, succeeded, inScope] },
    groupBy: ["actor", "impersonated", "namespace"],
    sentence: "{who} read Secrets {where} {times} ({name}), {when}.",
    controls: secretReadControls,
    remedy: "Ask for the ticket. Without one, change the values of these Secrets and take the right to read them away.",
    falsePositives: [
      "A program that has a certificate or cloud identity of its own name counts as a person; name it in an approval.",
    ],
  },
  {
    id: "KX-002",
    title: "Secrets listed or watched as a whole by a person or an unapproved service account",
    description:
      "A list or watch of Secrets returns the values of all of them: of a namespace, or of every namespace at once. Controllers do that as their work; people and other programs need not.",
    severity: "high",
    severityWhen: [
      {
        when: { field: "clusterWide", is: true },
        severity: "critical",
        because: "The Secrets of every namespace were in the answer.",
      },
    ],
    scopeRaises: everyScope,
    needs: [{ class: "secrets", level: "Metadata" }],
    when: {
      all: [
        { field: "access", in: ["list", "watch"] },
        { field: "bulk", is: true },
        succeeded,
        notRoutine,
        {
          any: [
            human,
            { all: [{ not: { field: "actorKind", is: "node" } }, { not: { matchesEntry: "expectedSecretReaders" } }] },
          ],
        },
      ],
    },
    groupBy: ["actor", "impersonated", "namespace", "clusterWide"],
    sentence: "{who} listed or watched all Secrets {where} {times}, values included, {when}.",
    wants: [{ list: "expectedSecretReaders", without: "every service account that lists Secrets is flagged" }],
    controls: secretReadControls,
    remedy:
      "Find out whether the values were needed. Give the right to read single Secrets by name instead of list and watch.",
    falsePositives: [
      "Operators that manage Secrets (certificates, external stores) watch them by design; name them in expectedSecretReaders.",
    ],
  },
  {
    id: "KX-003",
    title: "Service account read a Secret outside of its expected set",
    description:
      "Programs read the same few Secrets day by day. One that reads another may have been taken over, or was given more than it needs.",
    severity: "medium",
    scopeRaises: everyScope,
    needs: [{ class: "secrets", level: "Metadata" }],
    when: {
      all: [
        { field: "access", is: "read" },
        serviceAccount,
        succeeded,
        notRoutine,
        { not: { matchesEntry: "expectedSecretReaders" } },
      ],
    },
    groupBy: ["actor", "namespace"],
    sentence: "service account {who} read Secrets that it is not expected to {where} {times} ({name}), {when}.",
    requiresLists: ["expectedSecretReaders"],
    controls: secretReadControls,
    remedy: "Find out what in the pod reads it. Add the pair to expectedSecretReaders, or take the right away.",
    falsePositives: ["A new release that needs a new Secret."],
  },
  {
    id: "KX-004",
    title: "Person changed or deleted a Secret in a namespace in scope",
    description:
      "Changed passwords and keys stop programs or let others in. In production such changes come from a pipeline that was reviewed.",
    severity: "medium",
    scopeRaises: everyScope,
    usesScope: true,
    needs: [{ class: "secrets", level: "Metadata" }],
    when: {
      all: [{ field: "access", in: ["update", "patch", "delete", "deletecollection"] }, human, tookEffect, inScope],
    },
    groupBy: ["actor", "impersonated", "namespace"],
    sentence: "{who} changed or deleted Secrets {where} {times} ({access}[ of {name}]), {when}.",
    controls: {
      soc2: ["CC6.1", "CC8.1"],
      "pci-dss": ["6.5.1", "10.2.1.2", "10.2.1.7"],
      hipaa: ["164.312(c)(1)", "164.312(b)"],
      "nist-800-53": ["CM-3", "IA-5"],
    },
    remedy: "Compare with the change record. Let the pipeline make such changes.",
    falsePositives: [
      "A delete recorded at level Metadata can have been a dry run; the log does not tell.",
      "Tools such as Helm keep their state in Secrets and write them on each release.",
    ],
  },
];
