import { installErrorMatchers } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { checkCategories, controlsInScope, frameworkById } from "../src/index.js";

installErrorMatchers();

describe("controlsInScope", () => {
  test("leaves out SOC 2's further categories unless they are named", () => {
    const soc2 = frameworkById("soc2");
    const none = controlsInScope(soc2);
    expect(none.controls.map(({ id }) => id)).not.toContain("A1.2");
    expect(none).toMatchObject({ inScope: [], outOfScope: ["availability", "confidentiality"] });
    const one = controlsInScope(soc2, ["confidentiality", "eks"]);
    expect(one.controls.slice(14).map(({ id }) => id)).toEqual(["C1.1", "C1.2"]);
    expect(one).toMatchObject({ inScope: ["confidentiality"], outOfScope: ["availability"] });
  });

  test("a control of several categories is reported with any of them", () => {
    const cis = frameworkById("cis-kubernetes");
    const ids = (categories: string[]) =>
      controlsInScope(cis, categories)
        .controls.slice(21)
        .map(({ id }) => id);
    expect(ids([])).toEqual([]);
    expect(ids(["aks"])).toEqual(["EKS 2.1.1 / AKS 2.1.1"]);
    expect(ids(["eks"])).toEqual(["EKS 2.1.1 / AKS 2.1.1", "EKS 2.1.2"]);
  });
});

describe("checkCategories", () => {
  test("takes categories of any of the frameworks, and names them when one is unknown", () => {
    const both = [frameworkById("soc2"), frameworkById("pci-dss")];
    checkCategories(both, ["availability", "multi-tenant-provider"]);
    expect(() => checkCategories(both, ["privacy"])).toThrowCode("KAUDIT_CONTROLS_UNKNOWN_CATEGORY");
    expect(() => checkCategories(both, ["privacy"])).toThrow(
      'category "privacy" is not one of soc2, pci-dss; use availability, confidentiality, multi-tenant-provider',
    );
    expect(() => checkCategories([frameworkById("dora")], ["x"])).toThrow("these frameworks have none");
  });
});
