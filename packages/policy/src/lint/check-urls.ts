import { requestInfo } from "@kaudit/schema";

import { urlMatches } from "../evaluate/evaluate-policy.js";
import { quoted } from "../request-words.js";
import type { LintContext } from "./lint-context.js";

const healthPaths = ["/healthz", "/livez", "/readyz"];

/** `match/url`: entries of nonResourceURLs that match less or more than they seem to. */
export function checkUrls(context: LintContext): void {
  context.rules.forEach((rule, index) => {
    const urls = rule.nonResourceURLs ?? [];
    urls.forEach((url, at) => checkUrl(context, url, urls, `rules[${index}].nonResourceURLs[${at}]`));
    checkHealth(context, urls, index, rule.level ?? "");
  });
}

function checkUrl(context: LintContext, url: string, urls: readonly string[], path: string): void {
  const add = (message: string, consequence: string, mend: string): void => {
    context.add("match/url", "warning", path, { message, consequence, mend });
  };
  if (url.includes("?")) {
    return add(
      `${quoted(url)} holds a query, and only the path is compared.`,
      "The item never matches.",
      "Write the path without the query.",
    );
  }
  if (url.includes("%")) {
    return add(
      `${quoted(url)} is percent-encoded, and paths are decoded before they are compared.`,
      "The item never matches.",
      "Write the characters themselves.",
    );
  }
  if (namesResource(url)) {
    return add(
      `${quoted(url)} is the URL of a resource.`,
      "Requests for resources are never compared with nonResourceURLs: the item matches nothing.",
      "Write a rule with resources in place of it.",
    );
  }
  if (url === "/api*") {
    return add(
      '"/api*" also matches "/apis" and everything below it.',
      "The rule covers the discovery of all API groups, not only of the core group.",
      'Write "/api" and "/api/*".',
    );
  }
  if (!url.endsWith("/*") || url === "/*") return;
  const parent = url.slice(0, -2);
  if (urls.some((other) => urlMatches(other, parent))) return;
  add(
    `${quoted(url)} does not match ${quoted(parent)} itself.`,
    `Requests for ${quoted(parent)} are decided by later rules.`,
    `Add ${quoted(parent)}, or write ${quoted(`${parent}*`)} for both.`,
  );
}

/** Whether every path of the entry is that of a resource. */
function namesResource(url: string): boolean {
  const path = url.replace(/\*+$/, "");
  const parts = path.split("/").filter((part) => part !== "");
  const isPrefix = url.endsWith("*");
  if (isPrefix && !/^\/(api\/[^/]+|apis\/[^/]+\/[^/]+)\/./.test(path)) return false;
  if (parts.length < 3) return false;
  try {
    return requestInfo("GET", encodeURI(path)).isResourceRequest;
  } catch {
    return false;
  }
}

function checkHealth(context: LintContext, urls: readonly string[], index: number, level: string): void {
  if (level !== "None") return;
  const covered = healthPaths.filter((path) => urls.some((url) => urlMatches(url, path)));
  if (covered.length === 0 || covered.length === healthPaths.length) return;
  const elsewhere = (path: string): boolean =>
    context.rules.some(
      (rule) => rule.level === "None" && (rule.nonResourceURLs ?? []).some((url) => urlMatches(url, path)),
    );
  const missing = healthPaths.filter((path) => !elsewhere(path));
  if (missing.length === 0) return;
  context.add("match/url", "warning", `rules[${index}].nonResourceURLs`, {
    message: `Rule ${index + 1} leaves out health checks of ${covered.join(" and ")}, but not of ${missing.join(" and ")}.`,
    consequence: "Kubelets, load balancers and monitoring call these every few seconds; the log fills with them.",
    mend: `Add ${missing.map((path) => quoted(`${path}*`)).join(" and ")}.`,
  });
}
