import { frameworkById, parseFramework } from "@kaudit/controls";
import { execOverWebSocket, forbidden, roleBindingCreate, secretGet, unauthorized } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { EvidenceBundle } from "../../src/index.js";
import { gathered } from "../support/gathered.js";

const events = [
  ...secretGet(),
  ...roleBindingCreate({ n: 2 }),
  ...unauthorized({ n: 3, at: 3 }),
  ...forbidden({ n: 4 }),
  ...execOverWebSocket({ n: 5 }),
];
const october = { from: "2026-10-01T00:00:00Z", to: "2026-11-01T00:00:00Z", label: "October 2026" };
const every = { rules: [{ level: "Metadata" }] } as const;
const policy = { file: "policy.yaml", sha256: "0".repeat(64), policy: { ...every, apiVersion: "audit.k8s.io/v1" } };

const ours = parseFramework({
  id: "ours",
  name: "Our rules",
  edition: "2026",
  owner: "Platform team",
  note: "Ours.",
  retention: "Two years.",
  keepYears: 2,
  source: "Wiki.",
  controls: [
    {
      id: "1",
      title: "Shells",
      summary: "Nobody opens a shell.",
      tested: "Sessions",
      evidenceClasses: ["sessions"],
      criteria: { present: "None.", exceptions: "One." },
      retention: "Five years.",
      source: "Page 3.",
    },
  ],
});
const given = { definition: ours, file: "ours.yaml", sha256: "a".repeat(64) };

describe("frameworks of a bundle", () => {
  test("all eleven have their controls in scope, and the bundle keeps its shape", async () => {
    const ids = "soc2 pci-dss hipaa iso-27001 nist-800-53 cis-kubernetes fedramp-20x disa-stig nsa-cisa dora nis2";
    const { bundle } = await gathered(events, { frameworks: ids.split(" ") });
    EvidenceBundle.parse(bundle);
    expect(bundle.frameworks.map(({ id, controls }) => `${id} ${controls.length}`)).toEqual([
      "soc2 14",
      "pci-dss 47",
      "hipaa 22",
      "iso-27001 17",
      "nist-800-53 30",
      "cis-kubernetes 21",
      "fedramp-20x 11",
      "disa-stig 5",
      "nsa-cisa 1",
      "dora 2",
      "nis2 2",
    ]);
  });

  test("categories come into scope by name, and the bundle says which are not", async () => {
    const { bundle } = await gathered(events, { frameworks: ["soc2"], categories: ["availability"] });
    const [soc2] = bundle.frameworks;
    expect(soc2?.controls.at(-1)?.id).toBe("A1.2");
    expect(soc2).toMatchObject({
      alwaysInScope: "Security",
      categories: [
        { id: "availability", inScope: true },
        { id: "confidentiality", inScope: false },
      ],
    });
    await expect(gathered(events, { frameworks: ["soc2"], categories: ["privacy"] })).rejects.toMatchObject({
      code: "KAUDIT_CONTROLS_UNKNOWN_CATEGORY",
    });
  });

  test("what lies outside this source is said to, with what to ask for", async () => {
    const { bundle } = await gathered(events, { frameworks: ["pci-dss"] });
    const control = bundle.frameworks[0]?.controls.find(({ id }) => id === "8.4.2");
    expect(control).toMatchObject({ status: "outside-source", populations: [] });
    expect(control?.statusReason).toBe(
      "Outside this source. Ask for: the identity provider's sign-in rules and its sign-in log of the period.",
    );
  });

  test("evidence is kept six years after the period for HIPAA; others name no date", async () => {
    const { bundle } = await gathered(events, { frameworks: ["hipaa", "soc2"], period: october });
    expect(bundle.frameworks.map(({ keepUntil }) => keepUntil)).toEqual(["2032-11-01", null]);
  });

  test.each([
    ["2024-02-29T00:00:00Z", "2026-03-01"],
    ["2026-12-31T23:59:59Z", "2028-12-31"],
  ])("a period to %s with two years is kept until %s", async (to, until) => {
    const period = { from: "2020-01-01T00:00:00Z", to, label: "" };
    const { bundle } = await gathered([], { frameworks: [given], period });
    expect(bundle.frameworks[0]?.keepUntil).toBe(until);
  });

  test("a framework of one's own is reported like others, with its file and hash", async () => {
    const { bundle } = await gathered(events, { frameworks: ["soc2", given] });
    expect(bundle.frameworks[1]).toMatchObject({
      id: "ours",
      definition: { file: "ours.yaml", sha256: "a".repeat(64) },
      controls: [
        { id: "1", populations: [{ register: "sessions", rows: 1 }], retention: "Five years.", source: "Page 3." },
      ],
    });
    expect(bundle.frameworks[0]?.definition).toBeNull();
  });

  test("it replaces no built-in framework, and no id stands twice", async () => {
    const taken = { ...given, definition: { ...ours, id: "soc2" } };
    await expect(gathered([], { frameworks: [taken] })).rejects.toMatchObject({
      code: "KAUDIT_EVIDENCE_FRAMEWORK_ID_TAKEN",
    });
    await expect(gathered([], { frameworks: [given, given] })).rejects.toThrow(
      'ours.yaml: framework id "ours" stands twice; expected an id of its own',
    );
  });
});

describe("event classes", () => {
  test("PCI DSS 10.2.1.1 to .7 tell what was selected, the levels and the days", async () => {
    const { bundle } = await gathered(events, { frameworks: ["pci-dss"], policy, period: october });
    const classes = bundle.frameworks[0]?.eventClasses ?? [];
    expect(classes.map(({ control, basis, levels }) => [control, basis, levels?.lowest, levels?.highest])).toEqual([
      ["10.2.1.1", "requests", "Metadata", "Metadata"],
      ["10.2.1.2", "requests", "Metadata", "Metadata"],
      ["10.2.1.3", "outside", undefined, undefined],
      ["10.2.1.4", "requests", "Metadata", "Metadata"],
      ["10.2.1.5", "requests", "Metadata", "Metadata"],
      ["10.2.1.6", "derived", undefined, undefined],
      ["10.2.1.7", "requests", "Metadata", "Metadata"],
    ]);
    expect(classes[0]?.days).toMatchObject({ inPeriod: 31, inFull: 0 });
    expect(classes[2]?.days).toBeNull();
  });

  test("tell the lowest level of what is needed", async () => {
    const some = {
      apiVersion: "audit.k8s.io/v1",
      rules: [
        { level: "None", users: ["bob"], resources: [{ group: "", resources: ["secrets"] }] },
        { level: "RequestResponse", resources: [{ group: "rbac.authorization.k8s.io" }] },
        { level: "Metadata" },
      ],
    } as const;
    const { bundle } = await gathered(events, { frameworks: ["pci-dss"], policy: { ...policy, policy: some } });
    const [secrets, admins] = bundle.frameworks[0]?.eventClasses ?? [];
    expect(secrets?.levels).toEqual({ lowest: "None", highest: "Metadata" });
    expect(admins?.levels?.highest).toBe("RequestResponse");
  });

  test("say nothing about levels when no policy was handed in, and nothing for frameworks without them", async () => {
    const { bundle } = await gathered(events, { frameworks: ["pci-dss", "soc2"] });
    expect(bundle.frameworks[0]?.eventClasses[0]?.levels).toBeNull();
    expect(bundle.frameworks[1]?.eventClasses).toEqual([]);
  });
});

describe("details of rows", () => {
  test("count in how many rows who, what, when, outcome, origin and object are there", async () => {
    const list = secretGet({
      n: 6,
      at: 6,
      fields: { verb: "list", objectRef: { resource: "secrets", namespace: "x", apiVersion: "v1" } },
    });
    const { bundle } = await gathered([...secretGet(), ...list, ...unauthorized({ n: 3, at: 3 })], {});
    const details = (name: string) => bundle.registers.find((register) => register.name === name)?.details;
    expect(details("secrets")).toEqual({ user: 2, type: 2, time: 2, outcome: 2, origin: 2, object: 1 });
    // kube-apiserver knows no user for a request that it refused with 401.
    expect(details("authentication")).toMatchObject({ user: 0, type: 1, time: 1, outcome: 1 });
  });

  test("a request of which only the beginning was recorded has no outcome", async () => {
    const [begun] = secretGet({ fields: { stage: "RequestReceived", responseStatus: null } });
    if (begun === undefined) throw new Error("no event");
    const { bundle } = await gathered([begun], {});
    expect(bundle.registers[0]?.details).toMatchObject({ user: 1, outcome: 0 });
  });
});

test("the catalogue's frameworks are left as they are", () => {
  expect(frameworkById("soc2").controls).toHaveLength(17);
});
