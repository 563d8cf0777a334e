import type { EvidenceBundle } from "@kaudit/evidence";
import type { Text } from "./report-document.js";
import { absent, logText, outsideText, plain } from "./text.js";

const clusterBases: Readonly<Record<string, string>> = {
  option: "name given with --cluster",
  "not given": "no name was given",
};

const instanceBases: Readonly<Record<string, string>> = {
  envelope: "named beside its events",
  directory: "by folder",
  option: "given with --instance",
};

/** Gives the cluster's name; a log names none, so it may not be known. */
export function clusterName(bundle: EvidenceBundle, limit = 120): Text {
  return bundle.cluster.name === "" ? [absent("cluster not named")] : outsideText(bundle.cluster.name, limit);
}

/** Gives where the cluster's name comes from. */
export function clusterBasis(bundle: EvidenceBundle): Text {
  return basis(clusterBases, bundle.cluster.basis);
}

/** Gives an API server's name with what it was told apart by. */
export function serverIdentity(server: { readonly instance: string; readonly instanceBasis: string }): Text {
  const name = server.instance === "" ? [absent("not named")] : logText(server.instance, 80);
  return [...name, plain(" ("), ...basis(instanceBases, server.instanceBasis), plain(")")];
}

function basis(words: Readonly<Record<string, string>>, value: string): Text {
  const known = Object.hasOwn(words, value) ? words[value] : undefined;
  return known === undefined ? outsideText(value, 80) : [plain(known)];
}
