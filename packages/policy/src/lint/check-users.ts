import { quoted } from "../request-words.js";
import type { LintContext } from "./lint-context.js";

const groupNames =
  /^system:(masters|nodes|authenticated|unauthenticated|serviceaccounts(:[^:]*)?|bootstrappers(:.*)?|monitoring)$/;
const userNames = /^system:(serviceaccount:|node:|kube-|anonymous$|apiserver$)/;

const legacyUsers: Readonly<Record<string, string>> = {
  "system:unsecured": "It was the user of the insecure port, which is gone since Kubernetes 1.20.",
  kubelet: 'Kubelets are "system:node:<name>" in the group "system:nodes".',
  "cluster-autoscaler":
    'The cluster autoscaler usually runs as "system:serviceaccount:kube-system:cluster-autoscaler".',
  "system:kube-proxy": 'With kubeadm kube-proxy runs as "system:serviceaccount:kube-system:kube-proxy".',
  client: "It was the user of a client certificate that old installers made.",
};

/** `match/users-vs-groups` and `match/legacy-user`: names in the wrong list, malformed, or out of use. */
export function checkUsers(context: LintContext): void {
  context.rules.forEach((rule, index) => {
    (rule.users ?? []).forEach((user, at) => checkUser(context, user, `rules[${index}].users[${at}]`));
    (rule.userGroups ?? []).forEach((group, at) => checkGroup(context, group, `rules[${index}].userGroups[${at}]`));
  });
}

function checkUser(context: LintContext, user: string, path: string): void {
  if (groupNames.test(user)) {
    return report(context, path, `${quoted(user)} is a group, not a user.`, "Move it to userGroups.");
  }
  if (
    user.startsWith("system:serviceaccount:") &&
    !/^system:serviceaccount:[^:*]+:[^:]+$/.test(user) &&
    !user.includes("*")
  ) {
    const mend =
      "Write system:serviceaccount:NAMESPACE:NAME; for all of a namespace use the group system:serviceaccounts:NAMESPACE.";
    return report(context, path, `${quoted(user)} is not the name of a service account.`, mend);
  }
  const legacy = Object.hasOwn(legacyUsers, user) ? legacyUsers[user] : undefined;
  if (legacy === undefined) return;
  context.add("match/legacy-user", "info", path, {
    message: `${quoted(user)} is a user that many clusters no longer have. ${legacy}`,
    consequence: "If this cluster is one of them, the item selects nothing.",
    mend: "Look into the audit log for the names in use.",
  });
}

function checkGroup(context: LintContext, group: string, path: string): void {
  if (groupNames.test(group) || !userNames.test(group)) return;
  const account = /^system:serviceaccount:([^:]+)/.exec(group)?.[1];
  const mend =
    account === undefined
      ? "Move it to users."
      : `Move it to users, or write the group of all service accounts of the namespace: system:serviceaccounts:${account}`;
  report(context, path, `${quoted(group)} is a user, not a group.`, mend);
}

function report(context: LintContext, path: string, message: string, mend: string): void {
  const consequence = "The item never matches, because names of users and of groups are compared apart.";
  context.add("match/users-vs-groups", "warning", path, { message, consequence, mend });
}
