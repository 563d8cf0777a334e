import type { Condition, Rule } from "@kaudit/rules";
import { everyScope, notDryRun, notRoutine, rbacControls, tookEffect } from "./fragments.js";

/** A change of access rights that took effect, by somebody else than the cluster itself. */
const changed: Condition = { all: [{ field: "register", contains: "rbac" }, tookEffect, notRoutine] };
const bindings: Condition = { field: "resource", in: ["rolebindings", "clusterrolebindings"] };
const roles: Condition = { field: "resource", in: ["roles", "clusterroles"] };
const rbacGroup: Condition = { field: "apiGroup", is: "rbac.authorization.k8s.io" };
const notRecorded: Condition = { field: "signals", contains: "content-not-recorded" };
const needsContent: NonNullable<Rule["needs"]> = [{ class: "rbac", level: "Request" }];
const perObject: Rule["groupBy"] = ["actor", "impersonated", "resource", "namespace", "name"];

/** Roles and bindings decide who may do what: a change of them outlasts the day on which it was made. */
export const accessRules: readonly Rule[] = [
  {
    id: "KX-005",
    title: "Somebody was given cluster-admin or an equal role",
    description:
      "Whoever is bound to cluster-admin in a whole cluster can do everything in it: read every Secret, run anything, change every right, delete the traces.",
    severity: "critical",
    severityWhen: [
      {
        when: { all: [notRecorded, { not: { field: "role", inList: "adminRoles" } }] },
        severity: "medium",
        because: "What is bound was not recorded.",
        groupBy: ["actor", "impersonated"],
      },
    ],
    needs: needsContent,
    when: {
      all: [
        changed,
        bindings,
        {
          any: [
            {
              all: [
                { field: "role", inList: "adminRoles" },
                { field: "signals", contains: "adds-subjects" },
              ],
            },
            { field: "signals", contains: "binds-cluster-admin" },
            { all: [notRecorded, { field: "change", in: ["create", "update", "patch"] }] },
          ],
        },
      ],
    },
    groupBy: perObject,
    sentence: "{who} changed {object} {times}, {when}[: it binds {subjects} to role {role}].",
    controls: { ...rbacControls, "cis-kubernetes": ["5.1.1", "5.1.3"] },
    remedy: "Find out who asked for it. Remove the binding, or give a role with only the rights that are needed.",
    falsePositives: ["The installation of a cluster gives its first administrators this role."],
  },
  {
    id: "KX-006",
    title: "Role with wildcards",
    description:
      "A role that says * gives rights that nobody has listed, and takes in every kind of object that is added to the cluster later.",
    severity: "high",
    scopeRaises: everyScope,
    needs: needsContent,
    when: {
      all: [
        changed,
        roles,
        { field: "signals", in: ["wildcard-verbs", "wildcard-resources", "wildcard-groups", "wildcard-urls"] },
      ],
    },
    groupBy: perObject,
    sentence: "{who} gave {object} rights with wildcards (*) {times}, {when}[: it {grants}].",
    controls: { ...rbacControls, "cis-kubernetes": ["5.1.1", "5.1.3"] },
    remedy: "List verbs and resources one by one.",
    falsePositives: ["Operators for their own kinds of objects often use * for verbs; the rule does not weigh that."],
  },
  {
    id: "KX-007",
    title: "Role gives rights that lead to more rights",
    description:
      "Rights to read Secrets, open shells, mint tokens, approve certificates, reach the kubelet, act as others, or change roles beyond one's own (escalate, bind) are as good as the rights of everybody they reach.",
    severity: "high",
    severityWhen: [
      {
        when: { field: "deniedBy", is: "escalation" },
        severity: "medium",
        because: "The API server refused it: the actor does not hold these rights.",
      },
      {
        when: notRecorded,
        severity: "medium",
        because: "What is allowed now was not recorded.",
        groupBy: ["actor", "impersonated"],
      },
    ],
    scopeRaises: everyScope,
    needs: needsContent,
    when: {
      any: [
        {
          all: [
            changed,
            roles,
            {
              any: [
                {
                  field: "signals",
                  in: [
                    "grants-escalate",
                    "grants-bind",
                    "grants-impersonate",
                    "grants-secrets-read",
                    "grants-exec",
                    "grants-token-minting",
                    "grants-csr-approval",
                    "grants-everything",
                    "grants-node-proxy",
                    "aggregates-to-admin",
                  ],
                },
                { all: [notRecorded, { field: "change", in: ["create", "update", "patch"] }] },
              ],
            },
          ],
        },
        { all: [{ field: "deniedBy", is: "escalation" }, rbacGroup, notDryRun, notRoutine] },
      ],
    },
    groupBy: [...perObject, "outcome"],
    sentence: "{who} asked for a change of {object} {times}, {when}[: it {grants}].",
    controls: { ...rbacControls, "cis-kubernetes": ["5.1.8", "5.1.2", "5.1.13"] },
    remedy: "Ask what the right is for. Narrow it to named objects, or take it away.",
    falsePositives: ["Operators that manage Secrets or roles by design."],
  },
  {
    id: "KX-008",
    title: "Rights given to everybody, or to nobody in particular",
    description:
      "A binding to all logged-in users, to clients without a login, to system:masters, or to the default service account of a namespace gives rights to whoever comes, not to a person or program with a name.",
    severity: "critical",
    needs: needsContent,
    when: {
      all: [
        changed,
        bindings,
        {
          any: [
            { field: "signals", in: ["subject-is-everyone", "subject-is-masters"] },
            {
              all: [
                { field: "signals", contains: "adds-subjects" },
                { field: "subjects", matchesGlob: "ServiceAccount */default" },
              ],
            },
          ],
        },
      ],
    },
    groupBy: perObject,
    sentence: "{who} changed {object} {times}, {when}[: it {grants}].",
    controls: {
      ...rbacControls,
      "pci-dss": ["7.2.2", "7.2.3", "10.2.1.5", "7.3.3"],
      "cis-kubernetes": ["5.1.7", "5.1.5"],
    },
    remedy: "Bind named users, groups or service accounts instead.",
    falsePositives: ["Discovery roles (system:discovery and the like) are bound to all users by Kubernetes itself."],
  },
  {
    id: "KX-009",
    title: "Access rights changed by somebody who is not on the approved list",
    description: "Rights are to be changed by the pipeline or the team that owns them. Somebody else changed them.",
    severity: "high",
    scopeRaises: everyScope,
    needs: [{ class: "rbac", level: "Metadata" }],
    when: { all: [changed, rbacGroup, { not: { field: "actor", inList: "approvedRbacActors" } }] },
    groupBy: ["actor", "impersonated", "namespace"],
    sentence: "{who}, who is not approved for it, changed access rights {where} {times}, {when}: {object}.",
    requiresLists: ["approvedRbacActors"],
    controls: { ...rbacControls, "cis-kubernetes": ["5.1.1", "5.1.3"] },
    remedy: "Take the change over into the pipeline, or undo it; take the right to change roles away.",
    falsePositives: ["Operators that come with their own roles; add them to approvedRbacActors."],
  },
  {
    id: "KX-010",
    title: "Access rights changed outside of the change windows or without a ticket",
    description: "Changes of access are agreed beforehand: at set times, or with a ticket. This one was neither.",
    severity: "medium",
    scopeRaises: everyScope,
    needs: [{ class: "rbac", level: "Metadata" }],
    when: {
      all: [
        changed,
        rbacGroup,
        { any: [{ not: { field: "time", insideWindow: "changeWindows" } }, { field: "approvalsGiven", is: true }] },
      ],
    },
    groupBy: ["actor", "impersonated", "namespace"],
    sentence:
      "{who} changed access rights {where} {times} without a ticket or outside of the agreed times, {when}: {object}.",
    requiresLists: [["changeWindows", "approvals"]],
    wants: [{ list: "changeWindows", without: "only the ticket is asked for, whatever the time" }],
    controls: {
      soc2: ["CC6.3", "CC8.1"],
      "pci-dss": ["6.5.1", "7.2.3"],
      hipaa: ["164.308(a)(4)(ii)(C)"],
      "nist-800-53": ["CM-3"],
    },
    remedy: "Give the ticket in approvals, or have the change approved afterwards.",
    falsePositives: ["Emergencies; record them as dispositions."],
  },
  {
    id: "KX-011",
    title: "Somebody gave rights to themselves",
    description:
      "Whoever asks for a right and whoever gives it should be two people. Here the actor, or a group of theirs, gained by the change: they were bound, or a role that they hold was made to allow more.",
    severity: "high",
    scopeRaises: everyScope,
    needs: needsContent,
    when: {
      all: [
        changed,
        {
          any: [
            { field: "selfGrant", is: "true" },
            { field: "signals", contains: "self-grant" },
          ],
        },
      ],
    },
    groupBy: perObject,
    sentence: "{who} gave rights to themselves, or to a group of theirs, {times} by {object}, {when}[: it {grants}].",
    controls: {
      soc2: ["CC6.3"],
      "pci-dss": ["7.2.3"],
      hipaa: ["164.308(a)(4)(ii)(B)"],
      "nist-800-53": ["AC-5", "AC-6"],
    },
    remedy: "Have a second person confirm or remove it.",
    falsePositives: ["Installers that bind a role to the identity they run as."],
  },
  {
    id: "KX-035",
    title: "Identity map changed (aws-auth)",
    description:
      "The map says which cloud identities are which users and groups of the cluster. One line in it can make anybody an administrator.",
    severity: "high",
    scopeRaises: everyScope,
    needs: [{ class: "rbac", level: "Request" }],
    when: {
      all: [
        { field: "register", contains: "rbac" },
        { field: "resource", in: ["configmaps", "iamidentitymappings"] },
        tookEffect,
      ],
    },
    groupBy: perObject,
    sentence: "{who} changed the map of cloud identities ({object}) {times}, {when}[: it {grants}].",
    controls: { ...rbacControls, "cis-kubernetes": ["5.1.1", "5.1.3"] },
    remedy: "Compare the map with the approved one. Prefer access entries, which the cloud's own log records.",
    falsePositives: ["Managed node groups add their own role when they are made."],
  },
];
