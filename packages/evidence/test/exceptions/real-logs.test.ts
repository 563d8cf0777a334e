import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { buildEvidence } from "../../src/index.js";
import type { EvidenceBundle, EvidenceOptions } from "../../src/index.js";
import { plainReading } from "../support/event-reading.js";
import { builtOptions } from "../support/gathered.js";
import { logFiles } from "../support/sample-evidence.js";

const folder = fileURLToPath(new URL("../../../../examples/recommended-policy", import.meta.url));

async function bundleOf(options: Partial<EvidenceOptions> = {}): Promise<EvidenceBundle> {
  const period = { from: "2026-11-22T00:00:00Z", to: "2026-11-23T00:00:00Z", label: "22 November 2026" };
  return (await buildEvidence(plainReading(logFiles(folder)), builtOptions({ period, ...options }))).bundle;
}

describe.runIf(existsSync(folder))("exceptions of the real log", { timeout: 120_000 }, () => {
  test("what was done in it raises the rules that it should", async () => {
    const { exceptions, exceptionsSummary } = await bundleOf();
    const raised = new Map<string, string[]>();
    for (const { rule, sentence } of exceptions) raised.set(rule, [...(raised.get(rule) ?? []), sentence]);
    const says = (rule: string): string => (raised.get(rule) ?? []).join("\n");
    // Each of these stands in the log's own list of what was done.
    expect(says("KX-002")).toMatch(/^bob listed or watched all Secrets over the whole cluster/);
    expect(says("KX-005")).toMatch(/clusterrolebindings\/alice-admin once.*binds User alice to role cluster-admin/);
    expect(says("KX-006")).toMatch(/clusterroles\/sre rights with wildcards/);
    expect(says("KX-007")).toMatch(/clusterroles\/esc .*escalate/);
    expect(says("KX-007")).toMatch(/bob asked for a change of clusterroles\/god .*The API server refused it/);
    expect(says("KX-008")).toMatch(/clusterrolebindings\/anon-view .*group system:unauthenticated/);
    expect(says("KX-011")).toMatch(/^dave gave rights to themselves.*dave-admin/);
    expect(says("KX-013")).toMatch(/pod tty in namespace team-a .*"bash"/);
    expect(says("KX-014")).toMatch(/"tar cf - \/etc\/hosts"/);
    expect(says("KX-015")).toMatch(/^bob reached the kubelet of node node-1|\nbob reached the kubelet of node node-1/);
    expect(says("KX-016")).toMatch(/^bob added a debug container to pod pay in namespace payments/);
    expect(says("KX-021")).toMatch(/frank acted as bob/);
    expect(says("KX-022")).toMatch(/secrets\/payments\/app-token/);
    expect(says("KX-023")).toMatch(/bob approved certificate request newdev of bob/);
    expect(says("KX-024")).toMatch(/list \/api\/v1\/namespaces\/prod\/configmaps/);
    expect(says("KX-032")).toMatch(/kubernetes-admin deleted namespaces\/temp/);
    expect(says("KX-039")).toMatch(/^alice seems to have searched for rights/);
    // The cluster's own work raises nothing.
    for (const { actor } of exceptions)
      expect(actor).not.toMatch(/^system:(?:apiserver|node:|kube-)|^system:serviceaccount:kube-system:/);
    expect(exceptions.length).toBeLessThan(90);
    expect(exceptionsSummary.rules).toHaveLength(40);
  });

  test("sentences are whole, visible and of bearable length", async () => {
    const { exceptions } = await bundleOf({ scope: { production: ["prod"], cde: ["payments"] } });
    for (const { sentence, subject } of exceptions) {
      expect(sentence).toMatch(/\.$/);
      expect(sentence).not.toMatch(/\(not recorded\)|undefined|null|\{|\}|[\p{Cc}\p{Bidi_Control}]/u);
      expect(sentence.length).toBeLessThan(600);
      expect(subject).not.toBe("");
    }
  });

  test("the same log gives the same exceptions, byte for byte", async () => {
    const once = JSON.stringify((await bundleOf()).exceptions);
    expect(JSON.stringify((await bundleOf()).exceptions)).toBe(once);
  });
});
