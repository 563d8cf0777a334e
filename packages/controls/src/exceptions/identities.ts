import type { Rule } from "@kaudit/rules";
import { everyScope, human, notRoutine, succeeded } from "./fragments.js";

/** Who acts must be one person or one program, and one that still belongs here. */
export const identityRules: readonly Rule[] = [
  {
    id: "KX-018",
    title: "Emergency or all-powerful identity used",
    description:
      "A break-glass account, or a member of the group system:masters, for whom no permission check is made at all and whose rights cannot be taken away by changing roles.",
    severity: "high",
    scopeRaises: everyScope,
    needs: [{ class: "privileged", level: "Metadata" }],
    when: {
      all: [
        notRoutine,
        {
          any: [
            { field: "groups", contains: "system:masters" },
            { field: "impersonatedGroups", contains: "system:masters" },
            { field: "actor", inList: "breakGlass" },
            { field: "groups", inList: "breakGlass" },
            { field: "impersonated", inList: "breakGlass" },
          ],
        },
      ],
    },
    groupBy: ["actor"],
    sentence:
      "{actor} made {requests} with an emergency or all-powerful identity[, also acting as {impersonated}], {when}.",
    wants: [{ list: "breakGlass", without: "only members of system:masters are seen" }],
    controls: {
      soc2: ["CC6.1", "CC6.3"],
      "pci-dss": ["8.2.2", "10.2.1.2"],
      hipaa: ["164.312(a)(2)(ii)", "164.312(a)(2)(i)"],
      "nist-800-53": ["AC-6(9)", "AC-2"],
      "cis-kubernetes": ["5.1.7"],
    },
    remedy: "Show the emergency's record and its review. Use named accounts with roles for everything else.",
    falsePositives: ["The installation of a cluster, and components of some distributions that run in system:masters."],
  },
  {
    id: "KX-019",
    title: "Shared account used",
    description:
      "A name such as admin or kubernetes-admin belongs to no single person: who acted cannot be told from the log.",
    severity: "high",
    scopeRaises: everyScope,
    needs: [{ class: "privileged", level: "Metadata" }],
    when: {
      all: [
        {
          any: [
            { field: "actor", inList: "genericNames" },
            { field: "impersonated", inList: "genericNames" },
          ],
        },
        notRoutine,
      ],
    },
    groupBy: ["actor"],
    sentence:
      "{actor}, a name that no single person is behind, made {requests}[, also acting as {impersonated}], {when}.",
    controls: {
      soc2: ["CC6.1"],
      "pci-dss": ["8.2.1", "8.2.2"],
      hipaa: ["164.312(a)(2)(i)"],
      "nist-800-53": ["IA-2", "IA-4"],
      "cis-kubernetes": ["3.1.1"],
    },
    remedy: "Give every person a login of their own. Find out from the address, time and client who it was.",
    falsePositives: ["A pipeline that was given such a name; rename it."],
  },
  {
    id: "KX-020",
    title: "Service account likely used by a person",
    description:
      "A service account is a program's identity. Requests by a program that people use by hand, or a shell opened by a service account, hint at a person behind it, whom the log then does not name. A hint only: clients choose what they call themselves.",
    severity: "medium",
    needs: [{ class: "sessions", level: "Metadata" }],
    when: {
      all: [
        { field: "actorKind", is: "serviceaccount" },
        notRoutine,
        { not: { field: "actor", inList: "automation" } },
        {
          any: [
            { field: "userAgent", inList: "interactiveClients" },
            {
              all: [
                { field: "tty", is: true },
                { field: "established", is: true },
              ],
            },
          ],
        },
      ],
    },
    groupBy: ["actor"],
    sentence: "service account {who} was likely used by hand {times}, {when}[, with {userAgent}].",
    wants: [{ list: "automation", without: "pipelines that use kubectl are flagged as well" }],
    controls: {
      soc2: ["CC6.1"],
      "pci-dss": ["8.6.1", "10.2.1.2"],
      hipaa: ["164.312(a)(2)(i)"],
      "nist-800-53": ["AC-2(12)"],
      "cis-kubernetes": ["3.1.2"],
    },
    remedy: "Ask the owner of the service account who used it. Replace its tokens if nobody knows.",
    falsePositives: ["CI jobs that call kubectl; name them in automation."],
  },
  {
    id: "KX-021",
    title: "Somebody acted as somebody else",
    description:
      "With impersonation a request is made with another identity's rights. Both are in the log; the rights used are those of the other.",
    severity: "medium",
    severityWhen: [
      {
        when: { field: "signals", in: ["acts-as-masters", "acts-as-system", "chooses-groups"] },
        severity: "high",
        because: "The identity taken on is one of the system's, or groups were chosen.",
      },
    ],
    needs: [{ class: "impersonation", level: "Metadata" }],
    when: {
      all: [
        { field: "impersonated", exists: true },
        { not: { field: "deniedBy", is: "impersonation" } },
        notRoutine,
        { not: { matchesEntry: "approvedImpersonations" } },
      ],
    },
    groupBy: ["actor", "impersonated"],
    sentence: "{actor} acted as {impersonated} {times}, {when}.",
    wants: [{ list: "approvedImpersonations", without: "every impersonation is flagged" }],
    controls: {
      soc2: ["CC6.3", "CC7.2"],
      "pci-dss": ["8.2.2", "10.2.1.2"],
      hipaa: ["164.312(a)(2)(i)", "164.312(d)"],
      "nist-800-53": ["AC-6", "AU-10"],
      "cis-kubernetes": ["5.1.8"],
    },
    remedy: "Ask why. Give the right to impersonate named users only, to named actors.",
    falsePositives: ["Gateways and consoles that pass their users on; name the pairs in approvedImpersonations."],
  },
  {
    id: "KX-024",
    title: "Client without a login was served",
    description:
      "A request without any login was answered, beyond health, version and discovery, which are open by default.",
    severity: "critical",
    needs: [{ class: "privileged", level: "Metadata" }],
    when: {
      all: [
        { field: "actorKind", in: ["anonymous", "unauthenticated"] },
        succeeded,
        { field: "classes", contains: "privileged" },
      ],
    },
    groupBy: ["sourceIP", "verb", "path"],
    sentence: "{who} was served {times}, {when}: {verb} {path}.",
    controls: {
      soc2: ["CC6.1", "CC6.6"],
      "pci-dss": ["7.3.3", "8.2.1"],
      hipaa: ["164.312(a)(1)", "164.312(d)"],
      "nist-800-53": ["AC-3", "IA-2"],
      "cis-kubernetes": ["1.2.1"],
    },
    remedy:
      "Find the binding that gives rights to system:anonymous or system:unauthenticated and remove it; set anonymous-auth to false or limit it to health paths.",
    falsePositives: ["None known: health, version and discovery are left out already."],
  },
  {
    id: "KX-036",
    title: "Identity of somebody who left is active",
    description: "A user who has left, or whose access was to end, made a request after that time.",
    severity: "critical",
    needs: [{ class: "privileged", level: "Metadata" }],
    when: {
      any: [
        { field: "actor", inList: "leavers" },
        { field: "impersonated", inList: "leavers" },
      ],
    },
    groupBy: ["actor", "impersonated"],
    sentence: "an identity that has left was active after that: {who} made {requests}, {when}.",
    requiresLists: ["leavers"],
    controls: {
      soc2: ["CC6.2"],
      "pci-dss": ["8.2.5"],
      hipaa: ["164.308(a)(3)(ii)(C)"],
      "nist-800-53": ["AC-2"],
    },
    remedy:
      "End the access now: certificates and tokens outlast the login at the identity provider. Look at every request of it.",
    falsePositives: ["A name that was given to somebody else later; give the entry an until."],
  },
  {
    id: "KX-040",
    title: "Privileged action from an undeclared address",
    description:
      "A person changed access, opened a session or used an all-powerful identity from an address outside of the declared ranges.",
    severity: "medium",
    scopeRaises: everyScope,
    needs: [
      { class: "rbac", level: "Metadata" },
      { class: "sessions", level: "Metadata" },
      { class: "privileged", level: "Metadata" },
    ],
    when: {
      all: [
        human,
        { field: "classes", in: ["rbac", "sessions", "privileged", "credentials"] },
        { field: "sourceIP", exists: true },
        { not: { field: "sourceIP", inCidr: { list: "sourceRanges" } } },
        notRoutine,
      ],
    },
    groupBy: ["actor", "sourceIP"],
    sentence: "{actor} made {requests} of a privileged kind from {sourceIP}, which is in no declared range, {when}.",
    requiresLists: ["sourceRanges"],
    controls: {
      soc2: ["CC6.6"],
      "pci-dss": ["10.2.1.2"],
      hipaa: ["164.312(a)(1)"],
      "nist-800-53": ["AC-17"],
    },
    remedy: "Find out where the address is. Add it to sourceRanges, or block it.",
    falsePositives: ["Behind a load balancer the API server may see only that one's address."],
  },
];
