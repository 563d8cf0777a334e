import { frameworkById, parseFramework } from "@kaudit/controls";
import type { ControlDefinition } from "@kaudit/controls";
import { secretGet } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { thingsHandedIn, withFurtherNeeds } from "../../src/frameworks/further-needs.js";
import { gathered } from "../support/gathered.js";

const { controls } = frameworkById("pci-dss");
function requirement(id: string): ControlDefinition {
  const found = controls.find((control) => control.id === id);
  if (found === undefined) throw new Error(id);
  return found;
}

const present = { status: "evidence-present", statusReason: "Holds.", populations: [] } as const;
const judged = { ...present, populations: [] };
const handedIn = {
  things: thingsHandedIn(true, {}),
  oldest: "2025-09-30T00:00:00.000000Z",
  to: "2026-11-01T00:00:00Z",
};

describe("withFurtherNeeds", () => {
  test("leaves a control as it is that needs nothing further", () => {
    expect(withFurtherNeeds(requirement("10.2.1"), judged, handedIn)).toBe(judged);
  });

  test("no report at the end of a period shows daily review", () => {
    expect(withFurtherNeeds(requirement("10.4.1"), judged, handedIn)).toMatchObject({
      status: "insufficient-evidence",
      statusReason: expect.stringMatching(/^No history of runs was handed in; .* Holds\.$/) as unknown,
    });
  });

  test("hashes first taken at report time do not show that files are as they were collected", () => {
    expect(withFurtherNeeds(requirement("10.3.2"), judged, handedIn).status).toBe("evidence-present");
    const without = withFurtherNeeds(requirement("10.3.2"), judged, { ...handedIn, things: thingsHandedIn(false, {}) });
    expect(without.status).toBe("insufficient-evidence");
    expect(without.statusReason).toContain("so a change before this run would not show");
  });

  test("leavers are not said to be gone where nobody said who left", () => {
    expect(withFurtherNeeds(requirement("8.2.5"), judged, handedIn)).toMatchObject({
      status: "insufficient-evidence",
      statusReason: "No list of leavers was handed in. Holds.",
    });
    const things = thingsHandedIn(false, { leavers: [] });
    expect(withFurtherNeeds(requirement("8.2.5"), judged, { ...handedIn, things }).status).toBe("evidence-present");
    expect(withFurtherNeeds(requirement("8.2.7"), judged, { ...handedIn, things }).status).toBe(
      "insufficient-evidence",
    );
  });

  test.each([
    ["2025-11-01T00:00:00.000000Z", "evidence-present", /reach back to 2025-11-01, 12 months or more/],
    ["2025-11-01T00:00:00.000001Z", "evidence-present", /./],
    ["2025-11-02T00:00:00.000000Z", "insufficient-evidence", /less than 12 months .* not in the log\./],
    [null, "insufficient-evidence", /^No event was read\.$/],
  ])("a log from %s on gives 10.5.1 %s", (oldest, status, reason) => {
    const outside = { ...judged, status: "outside-source", statusReason: "Outside." } as const;
    const result = withFurtherNeeds(requirement("10.5.1"), outside, { ...handedIn, oldest });
    expect(result.status).toBe(status);
    expect(result.statusReason).toMatch(reason);
    expect(result.statusReason).not.toContain("Outside.");
  });
});

describe("the status of a control that names gates beside its populations", () => {
  const definition = parseFramework({
    id: "ours",
    name: "Ours",
    edition: "1",
    owner: "We",
    note: "Ours.",
    retention: "One year.",
    source: "Wiki.",
    controls: ["1", "2"].map((id) => ({
      id,
      title: "Reads",
      summary: "Reads are reviewed.",
      tested: "Reads",
      evidenceClasses: ["secrets"],
      ...(id === "2" ? { gates: ["G7"] } : {}),
      criteria: { present: "Yes.", exceptions: "No." },
    })),
  });
  const frameworks = [{ definition, file: "ours.yaml", sha256: "0".repeat(64) }];

  test("a review that is not on file is told by the control that asks for it, and by no other", async () => {
    const { bundle } = await gathered(secretGet(), { frameworks });
    const [first, second] = bundle.frameworks[0]?.controls ?? [];
    expect(second?.status).toBe("insufficient-evidence");
    expect(second?.statusReason).toContain("No review of the period is on file.");
    expect(first?.statusReason).not.toContain("review");
  });

  test("a review on file is not held against it", async () => {
    const signature = { name: "Ada", role: "Officer", date: "2027-01-01" };
    const { bundle } = await gathered(secretGet(), {
      frameworks,
      signOff: { reviewed: signature, approved: { ...signature, name: "Bea" } },
    });
    const [first, second] = bundle.frameworks[0]?.controls ?? [];
    expect(bundle.signOff.problems).toEqual([]);
    expect(second?.status).toBe(first?.status);
  });
});
