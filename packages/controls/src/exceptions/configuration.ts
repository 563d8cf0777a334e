import type { Rule } from "@kaudit/rules";
import { everyScope, human, inScope, notRoutine, succeeded, tookEffect } from "./fragments.js";

/** Safeguards, deletions, workloads and the collection of logs. */
export const configurationRules: readonly Rule[] = [
  {
    id: "KX-031",
    title: "Safeguard removed or weakened",
    description:
      "Admission webhooks and policies, network policies and the Pod Security level of a namespace keep dangerous changes out. One was deleted, switched to ignore, narrowed or lowered.",
    severity: "high",
    severityWhen: [
      {
        when: { field: "weakens", is: "unknown" },
        severity: "medium",
        because: "What changed does not show from what was recorded.",
      },
    ],
    scopeRaises: everyScope,
    needs: [{ class: "configuration", level: "Request" }],
    when: {
      all: [
        { field: "register", contains: "configuration" },
        tookEffect,
        notRoutine,
        { field: "weakens", in: ["true", "unknown"] },
      ],
    },
    groupBy: ["actor", "impersonated", "resource", "namespace", "name", "weakens"],
    sentence: "{who} changed the safeguard {object} ({verb}) {times}, {when}[: {details}].",
    controls: {
      soc2: ["CC6.8", "CC7.1", "CC8.1"],
      "pci-dss": ["6.5.1", "10.2.1.7", "11.5.2"],
      hipaa: ["164.308(a)(1)(ii)(D)"],
      "nist-800-53": ["CM-3", "CM-5(1)"],
      "cis-kubernetes": ["5.1.12"],
    },
    remedy: "Compare with the change record. Put the safeguard back and look at what was changed meanwhile.",
    falsePositives: ["The update of a tool that brings its own webhooks deletes and makes them again."],
  },
  {
    id: "KX-032",
    title: "Person deleted a namespace, node, kind of objects, or many objects at once",
    description:
      "Deleting a namespace or a custom resource definition deletes everything in it; deletecollection deletes all objects that fit.",
    severity: "high",
    scopeRaises: everyScope,
    needs: [{ class: "deletions", level: "Metadata" }],
    when: {
      all: [
        { field: "register", contains: "deletions" },
        { field: "subresource", exists: false },
        human,
        tookEffect,
        {
          any: [
            { field: "verb", is: "deletecollection" },
            { field: "resource", in: ["namespaces", "nodes", "customresourcedefinitions"] },
          ],
        },
      ],
    },
    groupBy: ["actor", "impersonated", "verb", "resource", "namespace"],
    sentence: "{who} deleted {object} ({verb}) {times}, {when}.",
    controls: {
      soc2: ["CC8.1"],
      "pci-dss": ["10.2.1.7"],
      hipaa: ["164.312(c)(1)"],
      "nist-800-53": ["CM-3"],
    },
    remedy: "Compare with the change record; find out what was in it.",
    falsePositives: ["A delete recorded at level Metadata can have been a dry run; the log does not tell."],
  },
  {
    id: "KX-033",
    title: "Person changed workloads in a namespace in scope directly",
    description: "Programs in production are to be changed by a pipeline that was reviewed, not by hand.",
    severity: "low",
    scopeRaises: everyScope,
    usesScope: true,
    needs: [{ class: "workloads", level: "Metadata" }],
    when: {
      all: [
        { field: "classes", contains: "workloads" },
        human,
        tookEffect,
        inScope,
        { not: { field: "actor", inList: "automation" } },
      ],
    },
    groupBy: ["actor", "impersonated", "namespace"],
    sentence: "{who} changed workloads or their settings {where} by hand {times}, {when}: {object}.",
    wants: [{ list: "automation", without: "a pipeline with a user name of its own is flagged as a person" }],
    controls: {
      soc2: ["CC8.1"],
      "pci-dss": ["6.5.1", "10.2.1.2"],
      hipaa: ["164.312(c)(1)"],
      "nist-800-53": ["CM-3"],
    },
    remedy: "Take the change over into the pipeline, or undo it.",
    falsePositives: ["Namespaces that people work in by hand; leave them out of the scope."],
  },
  {
    id: "KX-034",
    title: "Log collection touched, or logs of nodes read",
    description:
      "Whoever reaches into the collection of logs, or reads the log files of a node, can see or spoil what the evidence is made from.",
    severity: "high",
    scopeRaises: everyScope,
    needs: [
      { class: "sessions", level: "Metadata" },
      { class: "workloads", level: "Metadata" },
    ],
    when: {
      all: [
        human,
        {
          any: [
            {
              all: [
                { field: "established", is: true },
                {
                  any: [
                    { field: "pod", inList: "logCollectors" },
                    { field: "name", inList: "logCollectors" },
                  ],
                },
              ],
            },
            { all: [{ field: "classes", in: ["workloads"] }, tookEffect, { field: "name", inList: "logCollectors" }] },
            {
              all: [
                succeeded,
                {
                  any: [
                    {
                      all: [
                        { field: "resource", is: "nodes" },
                        { field: "subresource", is: "log" },
                      ],
                    },
                    {
                      field: "path",
                      matchesGlob: ["/api/v1/nodes/*/proxy/logs*", "/api/v1/nodes/*/proxy/containerLogs*", "/logs*"],
                    },
                  ],
                },
              ],
            },
          ],
        },
      ],
    },
    groupBy: ["actor", "impersonated", "namespace", "resource", "name"],
    sentence: "{who} reached into the collection of logs, or read logs of a node, {times}, {when}: {verb} {object}.",
    controls: {
      soc2: ["CC7.2"],
      "pci-dss": ["10.2.1.3", "10.3.1"],
      hipaa: ["164.312(b)"],
      "nist-800-53": ["AU-9"],
    },
    remedy: "Compare the collected log with the store's own record for that time.",
    falsePositives: ["A pod that is named like a collector; set logCollectors."],
  },
];
