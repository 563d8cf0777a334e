import type { AccessContent, Subject } from "./content.js";

/** The user name that a subject stands for; empty for a group. */
export function userNameOf(subject: Subject, bindingNamespace: string): string {
  if (subject.kind === "Group") return "";
  if (subject.kind !== "ServiceAccount") return subject.name ?? "";
  return `system:serviceaccount:${subject.namespace ?? bindingNamespace}:${subject.name ?? ""}`;
}

/** Gives the subjects that a change of a binding adds; all of them where its earlier subjects are not known. */
export function addedSubjects(
  before: AccessContent | null | undefined,
  after: AccessContent,
  namespace: string,
): Subject[] {
  const key = (subject: Subject): string =>
    `${subject.kind === "Group" ? "group" : "user"} ${subject.kind === "Group" ? (subject.name ?? "") : userNameOf(subject, namespace)}`;
  const old = new Set((before?.subjects ?? []).map(key));
  return (after.subjects ?? []).filter((subject) => !old.has(key(subject)));
}
