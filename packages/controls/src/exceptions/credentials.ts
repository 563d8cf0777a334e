import type { Rule } from "@kaudit/rules";
import { everyScope, human, notRoutine, tookEffect } from "./fragments.js";

/** Tokens and certificates: who holds one is whom it names, until it ends. */
export const credentialRules: readonly Rule[] = [
  {
    id: "KX-022",
    title: "Service-account token made by a person, for long, or for another audience",
    description:
      "A token lets its holder act as the service account from anywhere until it ends. Kubelets ask for short ones all the time; a person who asks for one, a token good for long, one for another system, or one kept in a Secret without an end, calls for a look.",
    severity: "high",
    scopeRaises: everyScope,
    needs: [{ class: "credentials", level: "Request" }],
    when: {
      all: [
        { field: "register", contains: "credentials" },
        tookEffect,
        notRoutine,
        { not: { field: "actorKind", is: "node" } },
        {
          any: [
            {
              all: [
                { field: "resource", is: "serviceaccounts" },
                { field: "subresource", is: "token" },
                {
                  any: [
                    human,
                    { field: "expirationSeconds", above: { parameter: "maxTokenHours", times: 3600 } },
                    {
                      all: [
                        { field: "audiences", exists: true },
                        { not: { field: "audiences", inList: "tokenAudiences" } },
                      ],
                    },
                  ],
                },
              ],
            },
            {
              all: [
                { field: "kind", in: ["token-secret", "bootstrap-token"] },
                { field: "verb", is: "create" },
              ],
            },
          ],
        },
      ],
    },
    groupBy: ["actor", "impersonated", "namespace", "name"],
    sentence:
      "{who} made a token through {object} {times}, {when}[, good for {expirationSeconds} seconds][, for {audiences}].",
    controls: {
      soc2: ["CC6.2", "CC6.3"],
      "pci-dss": ["8.2.4", "10.2.1.5"],
      hipaa: ["164.308(a)(4)(ii)(B)", "164.312(d)"],
      "nist-800-53": ["AC-2", "IA-5"],
      "cis-kubernetes": ["5.1.13"],
    },
    remedy:
      "Ask where the token is now. Delete the object that it is bound to, or the service account, to end it early.",
    falsePositives: [
      "Systems that log in with service-account tokens of their own audience; add it to tokenAudiences.",
    ],
  },
  {
    id: "KX-023",
    title: "Certificate approved by a person, by its requester, or for administrators",
    description:
      "An approved certificate request is a login that cannot be withdrawn before it ends. For the group system:masters it is a login without any permission check.",
    severity: "high",
    severityWhen: [
      {
        when: {
          any: [
            { field: "subjectGroups", contains: "system:masters" },
            { field: "signals", contains: "csr-for-system-masters" },
          ],
        },
        severity: "critical",
        because: "The certificate is for the group system:masters.",
      },
    ],
    needs: [{ class: "rbac", level: "RequestResponse" }],
    when: {
      all: [
        { field: "resource", is: "certificatesigningrequests" },
        { field: "subresource", is: "approval" },
        tookEffect,
        { not: { field: "action", is: "deny" } },
        notRoutine,
        {
          any: [
            human,
            { field: "signals", in: ["approver-is-requester", "csr-for-system-masters"] },
            { field: "subjectGroups", contains: "system:masters" },
          ],
        },
      ],
    },
    groupBy: ["actor", "impersonated", "name"],
    sentence: "{who} approved certificate request {name}[ of {requester}] {times}, {when}[: it {grants}].",
    controls: {
      soc2: ["CC6.2", "CC6.3"],
      "pci-dss": ["8.2.4", "10.2.1.5"],
      hipaa: ["164.308(a)(4)(ii)(B)", "164.312(d)"],
      "nist-800-53": ["AC-2", "IA-5"],
      "cis-kubernetes": ["5.1.11"],
    },
    remedy:
      "Ask who holds the certificate and until when. A certificate for system:masters can only be ended by a new certificate authority.",
    falsePositives: ["The joining of nodes, where an administrator approves the kubelet's certificate by hand."],
  },
];
