import type { FactsBlock } from "../report-document.js";
import { plain } from "../text.js";
import type { SectionContent } from "./section-content.js";

/** Builds what the audit log cannot show, what to ask for instead, and the glossary. */
export function limitsSection(): SectionContent {
  return {
    id: "limits",
    shortTitle: "Limits and glossary",
    title: `${limits.length} things the audit log cannot show, and what to ask for`,
    standfirst:
      "The audit log records requests to the Kubernetes API server. What happens elsewhere leaves no line in it, whatever " +
      "the policy says.",
    blocks: [
      {
        kind: "table",
        description: "What the audit log cannot show, and the source to ask for.",
        columns: [
          { key: "limit", head: "Not in this source", share: 0.56, align: "left" },
          { key: "ask", head: "Ask for", share: 0.44, align: "left" },
        ],
        rows: limits.map(([limit, ask]) => [{ text: [plain(limit)] }, { text: [plain(ask)] }]),
      },
      { kind: "heading", text: "Words used in this report" },
      glossary,
    ],
  };
}

const limits: readonly (readonly [string, string])[] = [
  [
    "Reads of a Secret that is mounted into a container; fetches by a node appear under the node's name (system:node:…)",
    "Secret store audit log, container runtime monitoring",
  ],
  ["What is typed inside a shell, and how much data left a container", "A session recorder; network flow logs"],
  ["Access by SSH, the container runtime, etcd or a kubelet's own port", "Host and etcd access logs; firewall rules"],
  [
    "Multi-factor sign-in, sign-ins at the identity provider, cloud IAM",
    "Sign-in logs of the identity provider and cloud",
  ],
  ["Rows in databases and files in volumes", "Audit logs of the applications and databases"],
  ["Access to the audit log files themselves", "Access logs of the log store"],
  ["What users could have done: standing permissions", "A snapshot of roles and bindings at the period's end"],
  [
    "Lines that were changed or removed before the files were read",
    "Integrity records of the log store; a second export path",
  ],
];

const terms: readonly (readonly [string, string])[] = [
  ["API server", "The one door of a Kubernetes cluster: every command of people and programs is a request to it."],
  [
    "Audit event",
    "The API server's record of one stage of one request. The stages of a request are folded into one row.",
  ],
  ["Audit policy", "The file that tells the API server which requests to record, and with how much content."],
  ["Cluster-wide", "A request that reaches every namespace at once."],
  [
    "Code",
    "The HTTP answer: 2xx done, 101 connection opened, 401 identity not accepted, 403 refused, 4xx and 5xx failed.",
  ],
  ["Dry run", "A request that asks what would happen; nothing is changed."],
  ["Exec", "A command run inside a container; attach joins a running one; port-forward opens a tunnel to it."],
  ["Impersonation", "Sending a request under another user's name; needs a right of its own."],
  ["Namespace", "A part of the cluster with its own objects and access rights."],
  ["Node", "A machine of the cluster; it acts as system:node:… through its kubelet."],
  [
    "People",
    "Actors that are neither service accounts, nodes, system components nor anonymous. Programs with a user's certificate count as people.",
  ],
  [
    "Role, binding",
    "A role lists what may be done; a binding gives it to users. With “Cluster” in front: in every namespace.",
  ],
  ["Secret", "An object that holds passwords, keys or certificates."],
  ["Service account", "The identity of a program in the cluster."],
  ["Verb", "What a request does: get, list, watch, create, update, patch, delete, deletecollection."],
];

const glossary: FactsBlock = {
  kind: "facts",
  facts: terms.map(([label, value]) => ({ label, value: [plain(value)] })),
};
