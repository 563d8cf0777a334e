import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

import type { RequestAttributes } from "@kaudit/schema";

import type { Policy, PolicyDecision } from "../../src/index.js";

/** Request attributes as the recorded answers write them. */
export interface RecordedAttributes {
  readonly user: { readonly name: string; readonly groups: readonly string[] | null } | null;
  readonly verb: string;
  readonly resourceRequest: boolean;
  readonly apiGroup: string;
  readonly apiVersion: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
}

interface RecordedResult {
  readonly level: string;
  readonly omitStages: readonly string[] | null;
  readonly omitManagedFields: boolean;
  readonly ruleIndex: number;
}

/** One policy with requests and what kube-apiserver's checker decided about them. */
export interface RecordedCase {
  readonly policy: Policy;
  readonly attrs: readonly RecordedAttributes[];
  readonly results: readonly RecordedResult[];
}

/** 558 policies with 7,218 decisions of the Go code (kubernetes/apiserver 24a394e5). */
export function readRecordedCases(): readonly RecordedCase[] {
  const file = readFileSync(new URL("../fixtures/evaluate.json.gz", import.meta.url));
  return (JSON.parse(gunzipSync(file).toString("utf8")) as { readonly cases: readonly RecordedCase[] }).cases;
}

export function attributesFrom(recorded: RecordedAttributes): RequestAttributes {
  const { user, resourceRequest, ...rest } = recorded;
  return { ...rest, user: user?.name ?? null, groups: user?.groups ?? [], isResourceRequest: resourceRequest };
}

export function decisionFrom(recorded: RecordedResult): PolicyDecision {
  return {
    level: recorded.level as PolicyDecision["level"],
    omitStages: (recorded.omitStages ?? []) as PolicyDecision["omitStages"],
    omitManagedFields: recorded.omitManagedFields,
    ruleIndex: recorded.ruleIndex === -1 ? null : recorded.ruleIndex,
  };
}
