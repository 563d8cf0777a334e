import { visibleString } from "@kaudit/schema";
import { formatQuantity } from "../terminal/numbers.js";
import type { ReviewedException } from "./review-source.js";

/** A sentence of a rule: log text in it is visible text already, but a bundle may come from anywhere. */
export function sentenceOf({ sentence }: ReviewedException): string {
  return inOneLine(sentence);
}

/** Gives `3 requests, 2026-11-22 12:18:25 to 12:19:02 UTC, kubernetes-admin as bob, secrets/payments/db`. */
export function circumstances(exception: ReviewedException): string {
  const { count, actor, impersonated, subject, approved } = exception;
  const who = impersonated === "" ? actor : `${actor} as ${impersonated}`;
  return [
    formatQuantity(count, "time", "times"),
    timesOf(exception),
    ...(who === "" ? [] : [inOneLine(who)]),
    ...(subject === "" ? [] : [inOneLine(subject)]),
    ...(approved > 0 ? [`${approved} of them approved`] : []),
  ].join(", ");
}

function timesOf({ first, last }: ReviewedException): string {
  const [from, to] = [first, last].map(momentOf);
  if (from === to || to === undefined) return `${from} UTC`;
  return `${from} to ${to.slice(0, 10) === from?.slice(0, 10) ? to.slice(11) : to} UTC`;
}

function momentOf(time: string): string {
  return Number.isNaN(Date.parse(time))
    ? "time not known"
    : new Date(time).toISOString().slice(0, 19).replace("T", " ");
}

/** Neither ends a comment nor acts on a terminal. Text that is visible already stays as it is. */
export function inOneLine(text: string): string {
  return visibleString(text, { maxCharacters: 400 }).replaceAll("\\\\", "\\");
}

/** Gives the cluster's name, or how many there are, for a title. */
export function clusterWords(bundle: {
  readonly cluster: { readonly name: string };
  readonly clusters?: readonly unknown[] | undefined;
}): string {
  const { cluster, clusters = [] } = bundle;
  if (clusters.length > 1) return `${clusters.length} clusters`;
  return cluster.name === "" ? "cluster not named" : visibleString(cluster.name);
}
