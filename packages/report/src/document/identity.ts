import type { EvidenceBundle } from "@kaudit/evidence";
import { clustersInWords, severalClusters } from "./clusters.js";
import type { Text } from "./report-document.js";
import { absent, logText, outsideText, plain } from "./text.js";

const clusterBases: Readonly<Record<string, string>> = {
  option: "name given with --cluster",
  several: "named in the configuration or with --cluster",
  "not given": "no name was given",
};

const instanceBases: Readonly<Record<string, string>> = {
  envelope: "named beside its events",
  directory: "by folder",
  option: "given with --instance",
};

/** Gives the cluster's name, or the first of several and how many there are; a log names none, so it may not be known. */
export function clusterName(bundle: EvidenceBundle, limit = 120): Text {
  if (severalClusters(bundle)) return clustersInWords(bundle, limit);
  return bundle.cluster.name === "" ? [absent("cluster not named")] : outsideText(bundle.cluster.name, limit);
}

/** Gives the cluster's name for the head and foot of pages; of several how many there are: the cover names them. */
export function shortClusterName(bundle: EvidenceBundle): Text {
  return severalClusters(bundle) ? [plain(`${bundle.clusters.length} clusters`)] : clusterName(bundle, 60);
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
