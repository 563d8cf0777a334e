import type { Condition, Rule } from "@kaudit/rules";
import { everyScope, human, inScope, notRoutine, sessionControls, succeeded } from "./fragments.js";

const needs: NonNullable<Rule["needs"]> = [{ class: "sessions", level: "Metadata" }];
const made: Condition = { field: "established", is: true };
const inPod: Condition = { field: "kind", in: ["exec", "attach"] };
const perPod: Rule["groupBy"] = ["actor", "impersonated", "namespace", "pod"];

/** Sessions reach into running programs, past the pipeline and past most other logs. */
export const sessionRules: readonly Rule[] = [
  {
    id: "KX-012",
    title: "Person opened a session in a pod in scope",
    description:
      "exec and attach run commands inside of a running program's container, with its files, memory, keys and network. What is typed is not in the audit log.",
    severity: "medium",
    severityWhen: [
      {
        when: { field: "namespace", is: "kube-system" },
        severity: "critical",
        because: "The pod belongs to the cluster itself.",
      },
      {
        when: {
          all: [
            { field: "scopes", in: ["cde", "ephi"] },
            { field: "pod", inList: "dataStores" },
          ],
        },
        severity: "critical",
        because: "The pod holds protected data.",
      },
    ],
    scopeRaises: everyScope,
    usesScope: true,
    needs,
    when: { all: [inPod, made, human, { any: [inScope, { field: "namespace", is: "kube-system" }] }] },
    groupBy: perPod,
    sentence: "{who} opened a session in pod {pod} {where} {times}, {when}[, with the command {command}].",
    controls: { ...sessionControls, "cis-kubernetes": ["3.2.2"] },
    remedy: "Ask for the ticket and what was done. Give the right to open sessions for a limited time only.",
    falsePositives: ["A program with a user name of its own counts as a person."],
  },
  {
    id: "KX-013",
    title: "Shell or terminal in a pod",
    description: "A terminal was asked for, or a shell was started: whatever was typed in it is not in the audit log.",
    severity: "high",
    scopeRaises: everyScope,
    needs,
    when: {
      all: [
        inPod,
        made,
        {
          any: [
            { field: "tty", is: true },
            { field: "signals", contains: "shell" },
          ],
        },
      ],
    },
    groupBy: perPod,
    sentence: "{who} opened a shell or terminal in pod {pod} {where} {times}, {when}[, with the command {command}].",
    controls: { ...sessionControls, "cis-kubernetes": ["3.2.2"] },
    remedy: "Ask what was done in it. Use a tool that records sessions where shells are needed.",
    falsePositives: ["sh -c with a fixed command is no interactive shell; the command line shows which it was."],
  },
  {
    id: "KX-014",
    title: "Possible copy of data",
    description:
      "Files were packed and sent through a session (as kubectl cp does), or a connection was opened to a pod or service that holds data.",
    severity: "high",
    scopeRaises: everyScope,
    needs,
    when: {
      all: [
        made,
        notRoutine,
        {
          any: [
            { field: "signals", contains: "archive-command" },
            {
              all: [
                { field: "kind", in: ["portforward", "proxy"] },
                { field: "resource", in: ["pods", "services"] },
                {
                  any: [
                    { field: "pod", inList: "dataStores" },
                    { field: "name", inList: "dataStores" },
                  ],
                },
              ],
            },
          ],
        },
      ],
    },
    groupBy: ["actor", "impersonated", "namespace", "kind", "name"],
    sentence: "{who} may have copied data through {object} ({kind}) {times}, {when}[, with the command {command}].",
    controls: {
      soc2: ["CC6.7"],
      "pci-dss": ["7.2.6", "10.2.1.2"],
      hipaa: ["164.312(e)(1)", "164.312(b)"],
      "nist-800-53": ["AC-17", "SI-4"],
    },
    remedy: "Ask what was copied and where it is now; look at network logs for how much it was.",
    falsePositives: ["kubectl cp into a pod uses tar as well; the direction shows in its options (x: into the pod)."],
  },
  {
    id: "KX-015",
    title: "Kubelet reached through the API server (nodes/proxy)",
    description:
      "Through nodes/proxy the kubelet's own interface is reached: it can run commands in every pod of the node, and such a command leaves no record as a session.",
    severity: "high",
    scopeRaises: everyScope,
    needs,
    when: {
      all: [
        { field: "resource", is: "nodes" },
        { field: "subresource", is: "proxy" },
        { not: { field: "outcome", is: "denied" } },
        notRoutine,
        {
          not: {
            all: [
              { field: "verb", is: "get" },
              { field: "path", inList: "kubeletMetricsPaths" },
            ],
          },
        },
      ],
    },
    groupBy: ["actor", "impersonated", "name"],
    sentence: "{who} reached the kubelet of node {name} through the API server {times}, {when}, at {path}.",
    controls: { ...sessionControls, "cis-kubernetes": ["5.1.10"] },
    remedy: "Take nodes/proxy away; give nodes/metrics and nodes/stats to monitoring instead.",
    falsePositives: ["Monitoring that reads metrics by this way; add its paths to kubeletMetricsPaths."],
  },
  {
    id: "KX-016",
    title: "Person added a debug container to a running pod",
    description:
      "A debug container brings tools of one's own into a running pod and can see its processes and network.",
    severity: "medium",
    scopeRaises: ["cde", "ephi"],
    needs,
    when: { all: [{ field: "kind", is: "ephemeralcontainer" }, human, succeeded] },
    groupBy: perPod,
    sentence: "{who} added a debug container to pod {pod} {where} {times}, {when}.",
    controls: { ...sessionControls, "cis-kubernetes": ["3.2.2"] },
    remedy: "Ask for the ticket. Replace the pod: a debug container stays in it until then.",
    falsePositives: ["Development clusters, where that is the daily work."],
  },
  {
    id: "KX-017",
    title: "Session open for too long, or without an end",
    description: "A session that stays open for hours, or whose end is not in the log, is one that nobody watches.",
    severity: "medium",
    scopeRaises: everyScope,
    needs,
    when: {
      all: [
        { field: "kind", in: ["exec", "attach", "portforward"] },
        made,
        {
          any: [
            { field: "durationSeconds", above: { parameter: "maxSessionMinutes", times: 60 } },
            { field: "open", is: true },
          ],
        },
      ],
    },
    groupBy: [...perPod, "kind"],
    sentence:
      "a session ({kind}) of {who} in pod {pod} {where} was open for too long, or its end is not in the log: {times}, {when}.",
    controls: { soc2: ["CC6.1"], "pci-dss": ["8.2.8"], hipaa: ["164.312(a)(2)(iii)"], "nist-800-53": ["AC-12"] },
    remedy: "Set a time after which idle sessions are closed (streaming-connection-idle-timeout of the kubelet).",
    falsePositives: [
      "A session that is still open when the log ends.",
      "An API server that was stopped cannot write the ends of its sessions.",
    ],
  },
];
