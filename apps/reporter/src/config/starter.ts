import { schemaComment } from "./schema-address.js";

/** The configuration that `kaudit config init` writes: right as it stands, every key there to be uncommented. */
export const starterConfiguration = `${schemaComment("kaudit")}
#
# Configuration of kaudit: the options of kaudit report, and what there is no option
# for. A flag comes first, then KAUDIT_* in the environment, then this file. Paths
# are relative to this file. Check it with: kaudit config check

# The log: files, folders, globs, s3:// addresses.
# inputs: [/var/log/kubernetes/audit]

# The cluster's name; the log itself does not hold it.
# cluster: prod-eu-1

# The audit policy that was in force. Several, one after the other: under clusters.
# policy: policy.yaml

# What to report on, for when, and where to.
framework: [soc2]
# period: last-month
# out: evidence/last-month
# format: [pdf, html, xlsx, csv, json, oscal]
# failOn: critical

# Who is who: people are told from programs by what their names begin with.
# identity:
#   identityProviderPrefixes: ["oidc:"]
#   kinds: [{ kind: system, names: ["ci-*"] }]
#   breakGlass: { names: [emergency-admin] }

# What is in scope. Without it the whole cluster is treated as in scope. * stands
# for any characters.
# scope:
#   production: [shop, "pay*"]
#   cde: [payments]
#   ephi: [patients]

# How gaps in the log are judged, and those that somebody explained.
# coverage:
#   expectedApiServers: [cp-1, cp-2, cp-3]
#   explainedGaps:
#     - from: 2026-10-14T02:11:00Z
#       to: 2026-10-14T08:45:00Z
#       reason: The node was replaced.
#       ticket: OPS-311

# Planted actions that are to be found in the log again: kaudit canary --config.
# canaries: { namespace: kaudit-canary, everyMinutes: 60 }

# Accesses that were approved beforehand, and decisions about exceptions.
# kaudit review --out dispositions.yaml writes the second.
# approvals: approvals.yaml
# dispositions: dispositions.yaml

# The hashes that were taken when the files were collected: sha256sum *.log
# collection: collected.sha256

# Rows drawn from each register: a number, or a share as 10%. The seed is best
# given by the auditor; without one it is fixed by period and cluster.
sample:
  size: 25
#   seed: audit 2026

# Who stands behind the report. It is a draft until it is reviewed and approved.
# signOff:
#   prepared: { name: Ada Kern, role: Platform engineer, date: 2026-12-02 }
#   reviewed:
#     name: Dana Reed
#     role: Security lead
#     date: 2026-12-03
#     users: [dana]
#   approved: { name: Erin Vale, role: Head of platform, date: 2026-12-04 }

# For the cover and the head of each page.
# organisation:
#   name: Example Org
#   logo: logo.svg

# Several clusters in one run, each with its own log, policies and scope (and
# coverage and canaries). --cluster narrows to the named ones.
# clusters:
#   - name: prod-eu-1
#     inputs: [/var/log/audit/prod-eu-1]
#     scope: { ephi: [patients] }
#     policies:
#       - { file: policy-old.yaml, to: 2026-10-12T10:00:00Z }
#       - { file: policy.yaml, from: 2026-10-12T10:00:00Z }
`;
