import type { ActorKind, RegisterRow } from "@kaudit/evidence";
import type { Text } from "./report-document.js";
import { absent, logText, plain } from "./text.js";

/** The groups in which charts show actors: people apart from machines, callers without identity last. */
export const actorGroups: readonly { readonly label: string; readonly kinds: readonly ActorKind[] }[] = [
  { label: "People", kinds: ["human"] },
  { label: "Service accounts", kinds: ["serviceaccount"] },
  { label: "Nodes and system", kinds: ["node", "system"] },
  { label: "No identity", kinds: ["anonymous", "unauthenticated"] },
];

/** Gives who acted; a caller whose name was not established is said to have none. */
export function actorText(actor: string): Text {
  return actor === "" ? [absent("no identity")] : logText(actor);
}

/** Gives who acted and, where it acted as somebody else, as whom: both always. */
export function rowActor(row: Pick<RegisterRow, "actor" | "impersonated">): Text {
  const actor = actorText(row.actor);
  return row.impersonated === "" ? actor : [...actor, plain(" acting as "), ...logText(row.impersonated)];
}
