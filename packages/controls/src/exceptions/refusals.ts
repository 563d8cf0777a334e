import type { Rule } from "@kaudit/rules";
import { notRoutine, succeeded } from "./fragments.js";

/** Requests that were refused, many at a time: somebody tries doors. */
export const refusalRules: readonly Rule[] = [
  {
    id: "KX-025",
    title: "Burst of refused logins or requests",
    description:
      "Many requests were refused in a short time, for want of a login (401) or of rights (403): a wrong password or an expired token in a program, or somebody who is trying.",
    severity: "medium",
    needs: [
      { class: "authentication", level: "Metadata" },
      { class: "authorization", level: "Metadata" },
    ],
    when: { all: [{ field: "code", in: [401, 403] }, notRoutine] },
    thresholds: [
      {
        count: { parameter: "failureThreshold" },
        withinMinutes: { parameter: "failureWindowMinutes" },
        by: ["actor", "sourceIP", "code"],
      },
    ],
    followedBy: [
      {
        of: { field: "code", is: 401 },
        when: { all: [succeeded, { field: "actorKind", in: ["human", "serviceaccount"] }, notRoutine] },
        by: ["sourceIP"],
        withinMinutes: { parameter: "failureWindowMinutes" },
        severity: "high",
        because: "A request from the same address succeeded soon after.",
      },
      {
        of: { field: "code", is: 403 },
        when: { all: [succeeded, notRoutine] },
        by: ["actor", "sourceIP"],
        withinMinutes: { parameter: "failureWindowMinutes" },
        severity: "high",
        because: "A sensitive request of the same actor succeeded soon after.",
      },
    ],
    groupBy: ["actor", "sourceIP", "code"],
    sentence: "{requests} by {who} from {sourceIP} were refused with code {code} within a short time, {when}.",
    controls: {
      soc2: ["CC6.6", "CC7.2"],
      "pci-dss": ["8.3.4", "10.2.1.4"],
      hipaa: ["164.308(a)(5)(ii)(C)"],
      "nist-800-53": ["AC-7", "SI-4"],
    },
    remedy: "Find out which program or person is at the address. Look at what succeeded from there afterwards.",
    falsePositives: [
      "A program with an expired token tries again and again.",
      "A load balancer hides different clients behind one address.",
    ],
  },
  {
    id: "KX-039",
    title: "Search for rights",
    description:
      "Somebody asked the API server again and again what they may do, or was refused many different kinds of objects: what an intruder does first with a stolen identity.",
    severity: "medium",
    needs: [
      { class: "reviews", level: "Metadata" },
      { class: "authorization", level: "Metadata" },
    ],
    when: {
      all: [
        notRoutine,
        { not: { field: "actorKind", in: ["node", "unauthenticated"] } },
        {
          any: [
            { field: "resource", in: ["selfsubjectaccessreviews", "selfsubjectrulesreviews"] },
            {
              all: [
                { field: "code", is: 403 },
                { field: "deniedBy", is: "rbac" },
              ],
            },
          ],
        },
      ],
    },
    thresholds: [
      {
        of: { field: "resource", in: ["selfsubjectaccessreviews", "selfsubjectrulesreviews"] },
        count: { parameter: "reconThreshold" },
        withinMinutes: { parameter: "reconWindowMinutes" },
        by: ["actor"],
      },
      {
        of: { field: "code", is: 403 },
        count: { parameter: "reconKinds" },
        withinMinutes: { parameter: "reconWindowMinutes" },
        by: ["actor"],
        distinct: "resource",
      },
    ],
    groupBy: ["actor"],
    sentence: "{who} seems to have searched for rights: {requests} about {resource}, {when}.",
    controls: {
      soc2: ["CC7.2"],
      "pci-dss": ["10.2.1.4"],
      hipaa: ["164.308(a)(5)(ii)(C)"],
      "nist-800-53": ["SI-4", "AC-2(12)"],
    },
    remedy: "Ask the person, or the owner of the service account. Replace the credential if nobody knows of it.",
    falsePositives: ["Consoles and plugins that ask for rights to show or hide buttons."],
  },
];
