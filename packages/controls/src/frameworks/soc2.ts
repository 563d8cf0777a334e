import { FrameworkDefinition } from "../control-definition.js";

const source =
  "AICPA TSP 100, Trust Services Criteria of 2017 with the points of focus revised in 2022. Ids checked against Prowler's " +
  "compliance/aws/soc2_aws.json (commit 3e000faa) and barradvisory.com/resource/whats-new-with-soc-2.";

/** SOC 2: the Common Criteria for which API audit logs are direct evidence. */
export const soc2: FrameworkDefinition = FrameworkDefinition.parse({
  id: "soc2",
  name: "SOC 2",
  edition: "Trust Services Criteria 2017, points of focus revised 2022",
  owner: "AICPA",
  note: "The criteria are the AICPA's copyright; titles and summaries here are written in other words and do not replace its text.",
  retention:
    "The criteria set no period. Keep evidence for the examination period and the fieldwork after it, commonly 12 to 18 months.",
  controls: [
    {
      id: "CC6.1",
      title: "Logical access to protected information",
      summary:
        "Who can reach information that needs protection is restricted by the system itself: callers are identified, their " +
        "access is limited, and keys, passwords and other credentials are protected.",
      relevance: "direct",
      evidenceClasses: ["secrets", "sessions", "authentication", "authorization"],
      limits: [
        {
          missing: "encryption at rest, multi-factor authentication and network separation",
          askFor:
            "the cluster's encryption configuration, the identity provider's sign-in rules and the network policies",
        },
        {
          missing: "Secrets read by a process from a volume or variable of its pod",
          askFor: "the pod specifications that mount Secrets",
        },
        {
          missing: "the permissions that exist but were not used",
          askFor: "an export of roles and bindings, taken in the period",
        },
      ],
      source,
      idConfidence: "high",
    },
    {
      id: "CC6.2",
      title: "Registration and removal of users",
      summary:
        "People and programs are registered and authorised before they are given credentials, and their credentials are " +
        "taken back when they no longer need access.",
      relevance: "direct",
      evidenceClasses: ["credentials", "rbac", "authentication"],
      limits: [
        {
          missing: "accounts of people, which live in the identity provider",
          askFor: "the lists of joiners and leavers and the identity provider's account history",
        },
        {
          missing: "the approvals behind a binding or certificate",
          askFor: "the tickets or merged changes that asked for them",
        },
      ],
      source,
      idConfidence: "high",
    },
    {
      id: "CC6.3",
      title: "Changes of access, least privilege and separation of duties",
      summary:
        "Access is given, changed and taken away according to role and responsibility, no wider than needed, and so that " +
        "no one person holds duties that should be separate.",
      relevance: "direct",
      evidenceClasses: ["rbac", "impersonation", "sessions"],
      limits: [
        {
          missing: "what each user may do at a given moment",
          askFor: "an export of roles and bindings, and the record of the last access review",
        },
        {
          missing: "access given outside the cluster (cloud IAM, access entries, groups of the identity provider)",
          askFor: "the cloud provider's and identity provider's change logs",
        },
      ],
      source,
      idConfidence: "high",
    },
    {
      id: "CC7.2",
      title: "Monitoring for anomalies",
      summary:
        "The system is watched for signs of malicious acts, failures and errors, and what is found is analysed to tell " +
        "whether it is a security event.",
      relevance: "direct",
      evidenceClasses: ["authentication", "authorization", "secrets", "sessions", "impersonation"],
      limits: [
        {
          missing: "whether somebody looked at what was recorded, and what they decided",
          askFor: "alert rules, review records and tickets of the period",
        },
        {
          missing: "what was typed inside an interactive session",
          askFor: "recordings of a session recorder, where one is used",
        },
        {
          missing: "access to nodes, etcd and the kubelet that goes around the API server",
          askFor: "host and cloud logs",
        },
      ],
      source,
      idConfidence: "high",
    },
    {
      id: "CC8.1",
      title: "Change management",
      summary:
        "Changes to infrastructure, software, data and procedures are asked for, designed, tested, approved and put in " +
        "place in a controlled way.",
      relevance: "direct",
      evidenceClasses: ["rbac", "deletions", "configuration"],
      limits: [
        {
          missing: "design, test and approval of a change",
          askFor: "the version history, pipeline runs and tickets behind the changes",
        },
        {
          missing: "which person stands behind a change made by a controller or pipeline",
          askFor: "the pipeline's and GitOps tool's own logs",
        },
      ],
      source,
      idConfidence: "high",
    },
  ],
});
