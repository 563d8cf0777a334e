import { addedSubjects } from "./added-subjects.js";
import type { AccessContent, PolicyRule, RoleReference, Subject } from "./content.js";
import { newRights, sensitiveKinds, sensitiveRights } from "./rights.js";
import type { SensitiveRight } from "./rights.js";
import type { AccessState } from "./access-state.js";
import { listed, named } from "./words.js";

/** What a change gives, and whether that raises privilege. */
export interface Grant {
  /** Plain words; empty where nothing is given or nothing is known. */
  readonly words: string;
  readonly raisesPrivilege: "true" | "false" | "unknown";
}

/** What was changed, and what is known about it. */
export interface AccessChange extends Pick<AccessState, "rulesOf" | "heldThrough" | "aggregatesTo"> {
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  /** Undefined: not known. Null: there was no such object. */
  readonly before: AccessContent | null | undefined;
  /** Undefined: not known. Null: the object is gone. */
  readonly after: AccessContent | null | undefined;
}

/** Groups and users that stand for everybody or for nobody in particular. */
const everybody = new Set([
  "system:masters",
  "system:authenticated",
  "system:unauthenticated",
  "system:anonymous",
  "system:serviceaccounts",
]);

/** The user-facing roles that every cluster has. */
const builtInRoles: Readonly<Record<string, { readonly words: string; readonly raises: boolean }>> = {
  "cluster-admin": { words: "do everything", raises: true },
  admin: { words: "read and change almost everything, Secrets and roles included", raises: true },
  edit: { words: "read and change most objects, Secrets included", raises: true },
  view: { words: "read most objects, Secrets not included", raises: false },
};

/**
 * Tells what a change gives and whether it raises privilege.
 *
 * It does (`true`) when the change adds one of the rights of {@link sensitiveKinds}: to a role, or to somebody by binding
 * them to a role that holds one (`cluster-admin`, `admin` and `edit` do), or when it binds a group that stands for
 * everybody or another name in the reserved prefix `system:` (single service accounts and nodes apart), or has a controller add the
 * rules to another ClusterRole (`aggregate-to-…` labels), or lets an identity map or a certificate lead to `system:masters`. It does not (`false`) when the content is
 * known and adds none of these, or takes something away. It is `unknown` where the content was not recorded, where the
 * content before is not known and the content after holds such a right, or where the role bound is not known.
 */
export function describeGrant(change: AccessChange): Grant {
  if (change.after === null) return { words: "", raisesPrivilege: "false" };
  if (change.after === undefined) return { words: "", raisesPrivilege: "unknown" };
  const { after } = change;
  if (change.resource === "roles" || change.resource === "clusterroles") return roleGrant(change, after);
  if (change.resource === "rolebindings" || change.resource === "clusterrolebindings")
    return bindingGrant(change, after);
  if (after.certificate !== undefined) return certificateGrant(after.certificate);
  return identityGrant(change, after);
}

function roleGrant(change: AccessChange, after: AccessContent): Grant {
  const rules = after.rules ?? [];
  const old = change.before?.rules ?? [];
  const known = change.before !== undefined;
  const oldTexts = new Set(old.map((rule) => JSON.stringify(rule)));
  const added = rules.filter((rule) => !oldTexts.has(JSON.stringify(rule)));
  const rights = newRights(old.flatMap(sensitiveRights), added.flatMap(sensitiveRights));
  const holder =
    change.resource === "roles"
      ? `holders of Role ${named(change.name)} in namespace ${named(change.namespace)}`
      : `holders of ClusterRole ${named(change.name)}`;
  const collects =
    after.aggregationRule !== undefined &&
    after.aggregationRule !== null &&
    change.before?.aggregationRule === undefined;
  const into = collectors(change.before, after, added.length > 0);
  if (added.length === 0 && into !== "") {
    const words = rules.length === 0 ? `do what ClusterRole ${named(change.name)} allows` : abilities(rules);
    return { words: `lets ${into} ${words}`, raisesPrivilege: known ? "true" : "unknown" };
  }
  if (added.length === 0) {
    if (!collects || rules.length > 0) return { words: "", raisesPrivilege: "false" };
    return { words: `lets ${holder} do what the ClusterRoles that it selects allow`, raisesPrivilege: "unknown" };
  }
  const raises = rights.length === 0 && into === "" ? "false" : known ? "true" : "unknown";
  return { words: `lets ${holder}${into === "" ? "" : ` and ${into}`} ${abilities(added)}`, raisesPrivilege: raises };
}

/** Who gets the rules as well, because a controller adds them to another ClusterRole; empty where nothing of that is new. */
function collectors(before: AccessContent | null | undefined, after: AccessContent, addsRules: boolean): string {
  const old = addsRules ? [] : (before?.aggregatesTo ?? []);
  const into = (after.aggregatesTo ?? []).filter((role) => !old.includes(role));
  return into.length === 0 ? "" : `holders of ClusterRole ${listed(into.map(named), 4)}`;
}

function bindingGrant(change: AccessChange, after: AccessContent): Grant {
  const role = after.roleRef ?? change.before?.roleRef ?? null;
  const added = addedSubjects(change.before, after, change.namespace);
  if (added.length === 0) return { words: "", raisesPrivilege: "false" };
  const scope = change.resource === "rolebindings" ? `in namespace ${named(change.namespace)}` : "in every namespace";
  const who = listed(
    added.map((subject) => subjectText(subject, change.namespace)),
    8,
  );
  if (role === null) return { words: `binds ${who} ${scope}`, raisesPrivilege: "unknown" };
  const { words, raises } = roleAbilities(role, change);
  const known = change.before !== undefined;
  const broad = added.some(standsForMany);
  const verdict = broad || raises === true ? (known ? "true" : "unknown") : raises === false ? "false" : "unknown";
  return { words: `lets ${who} ${words} ${scope}`, raisesPrivilege: verdict };
}

/** Whether a subject stands for everybody, for a whole namespace, or for a part of the control plane. */
function standsForMany({ kind, name = "" }: Subject): boolean {
  if (everybody.has(name)) return true;
  return kind !== "ServiceAccount" && name.startsWith("system:") && !/^system:(?:serviceaccount|node):/.test(name);
}

/** What holding a role means; `raises` is null where the log has not shown the role. */
function roleAbilities(role: RoleReference, change: AccessChange): { words: string; raises: boolean | null } {
  const through = `${role.kind ?? "role"} ${named(role.name ?? "")}`;
  const rules = change.rulesOf(role, change.namespace);
  const builtIn =
    role.kind === "ClusterRole" && Object.hasOwn(builtInRoles, role.name ?? "")
      ? builtInRoles[role.name ?? ""]
      : undefined;
  if (builtIn !== undefined) return { words: `${builtIn.words} (${through})`, raises: builtIn.raises };
  if (rules === undefined) return { words: `do what ${through} allows`, raises: null };
  return { words: `${abilities(rules)} (${through})`, raises: rules.some((rule) => sensitiveRights(rule).length > 0) };
}

function certificateGrant(certificate: NonNullable<AccessContent["certificate"]>): Grant {
  const { commonName, organizations, signerName, conditions } = certificate;
  if (conditions.includes("Denied") && !conditions.includes("Approved")) return { words: "", raisesPrivilege: "false" };
  const groups = organizations.length === 0 ? "" : ` in group ${listed(organizations.map(named), 8)}`;
  const clients = ["kubernetes.io/kube-apiserver-client", "kubernetes.io/kube-apiserver-client-kubelet"];
  const use = signerName === "" ? "" : ` by signer ${named(signerName)}`;
  const words =
    commonName === "" && groups === ""
      ? `approves a certificate${use}`
      : `approves a certificate for ${named(commonName)}${groups}${use}`;
  if (organizations.includes("system:masters")) return { words, raisesPrivilege: "true" };
  // A kubelet's own certificate is routine; a client certificate for anybody else is a new credential with that name.
  if (signerName === clients[0]) return { words, raisesPrivilege: "true" };
  return { words, raisesPrivilege: signerName === "" ? "unknown" : "false" };
}

/** All that an identity map or mapping says, as one text. */
function identityText(content: AccessContent | null | undefined): string {
  const groups = content?.identity?.groups ?? [];
  return [content?.mapRoles, content?.mapUsers, content?.mapAccounts, content?.identity?.arn, ...groups].join("\n");
}

function identityGrant(change: AccessChange, after: AccessContent): Grant {
  const before = change.before;
  if (before !== undefined && identityText(before) === identityText(after))
    return { words: "", raisesPrivilege: "false" };
  const what =
    after.identity === undefined
      ? "changes which AWS identities are which users and groups of the cluster"
      : `makes ${named(after.identity.arn)} the user ${named(after.identity.username)}${after.identity.groups.length === 0 ? "" : ` in group ${listed(after.identity.groups.map(named), 8)}`}`;
  const masters = (content: AccessContent | null | undefined): number =>
    identityText(content).split("system:masters").length - 1;
  if (masters(after) === 0) return { words: what, raisesPrivilege: before === undefined ? "unknown" : "false" };
  const words = `${what}; system:masters is among the groups`;
  if (before === undefined) return { words, raisesPrivilege: "unknown" };
  return { words, raisesPrivilege: masters(after) > masters(before) ? "true" : "unknown" };
}

/** Says in plain words what rules allow: what raises privilege first, then the rest, at most eight pieces. */
function abilities(rules: readonly PolicyRule[]): string {
  if (rules.length === 0) return "do nothing (no rules)";
  const rights = rules.flatMap(sensitiveRights);
  if (rights.some(({ kind }) => kind === "everything")) return sensitiveKinds.everything;
  const telling = [...new Set(rights.map(({ kind }) => kind))].map((kind) => kindWords(kind, rights));
  const rest = rules.filter((rule) => sensitiveRights(rule).length === 0).map(ruleWords);
  return listed([...telling, ...new Set(rest)], 8);
}

function kindWords(kind: SensitiveRight["kind"], rights: readonly SensitiveRight[]): string {
  const own = rights.filter((right) => right.kind === kind);
  const names = [...new Set(own.map(({ name }) => name))];
  const only = names.includes("*") ? "" : ` named ${listed(names.map(named), 4)}`;
  if (kind === "certificates" && only !== "") return `${sensitiveKinds[kind]} of signer ${listed(names.map(named), 4)}`;
  if (kind !== "secrets") return `${sensitiveKinds[kind]}${only}`;
  const verbs = new Set(own.map(({ verb }) => verb));
  const reads = ["get", "list", "watch", "*"].some((verb) => verbs.has(verb));
  const changes = ["create", "update", "patch", "delete", "deletecollection", "*"].some((verb) => verbs.has(verb));
  return `${reads && changes ? "read and change" : reads ? "read" : "change"} Secrets${only}`;
}

function ruleWords(rule: PolicyRule): string {
  const verbs = listed([...(rule.verbs ?? [])].map(named), 8);
  if ((rule.nonResourceURLs ?? []).length > 0)
    return `${verbs} on ${listed((rule.nonResourceURLs ?? []).map(named), 4)}`;
  const group = (rule.apiGroups ?? []).filter((name) => name !== "");
  const of = group.length === 0 ? "" : ` of ${listed(group.map(named), 4)}`;
  const names =
    rule.resourceNames === undefined || rule.resourceNames.length === 0
      ? ""
      : ` named ${listed(rule.resourceNames.map(named), 4)}`;
  return `${verbs} ${listed((rule.resources ?? []).map(named), 6)}${of}${names}`;
}

function subjectText(subject: Subject, bindingNamespace: string): string {
  const name = named(subject.name ?? "");
  if (subject.kind === "Group") return `group ${name}`;
  if (subject.kind === "ServiceAccount") {
    const namespace = subject.namespace ?? bindingNamespace;
    return `service account ${name}${namespace === "" ? "" : ` of namespace ${named(namespace)}`}`;
  }
  return `user ${name}`;
}
