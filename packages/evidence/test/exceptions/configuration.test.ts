import { describe, expect, test } from "vitest";
import { ExceptionsConfiguration, exceptionSettings } from "../../src/index.js";

const rule = {
  id: "OURS-1",
  title: "x",
  severity: "low",
  when: { field: "verb", is: "get" },
  groupBy: [],
  sentence: "x.",
};

describe("ExceptionsConfiguration", () => {
  test.each<[unknown, string, RegExp]>([
    [{ off: ["KX-099"] }, "off.0", /"KX-099" is no rule; kaudit rules list/],
    [{ severity: { "KX-001": "urgent" } }, "severity.KX-001", /critical/],
    [{ severity: { "KX-1": "low" } }, "severity.KX-1", /is no rule/],
    [{ parameters: { maxSession: 5 } }, "parameters.maxSession", /expected one of maxSessionMinutes/],
    [{ parameters: { maxSessionMinutes: -1 } }, "parameters.maxSessionMinutes", /./],
    [{ lists: { breakGlas: [] } }, "lists.breakGlas", /expected one of .*breakGlass/],
    [
      { lists: { sourceRanges: ["10.0.0.0/99"] } },
      "lists.sourceRanges",
      /lists\.sourceRanges\[0\]: expected an address/,
    ],
    [{ rules: [{ ...rule, id: "KX-001" }] }, "rules.0.id", /is there already/],
    [{ rules: [rule, rule] }, "rules.1.id", /is there already/],
    [{ rules: [{ ...rule, when: { field: "vreb", is: "get" } }] }, "rules.0.when.field", /did you mean verb/],
    [
      { rules: [{ ...rule, when: { field: "code", above: { parameter: "x" } } }] },
      "rules.0",
      /parameter x is not there/,
    ],
    [{ ofs: [] }, "", /Unrecognized key/],
  ])("refuses %j", (configuration, path, message) => {
    const { error } = ExceptionsConfiguration.safeParse(configuration);
    expect(error?.issues.map((issue) => issue.path.join("."))).toContain(path);
    expect(error?.issues.map((issue) => issue.message).join("\n")).toMatch(message);
  });

  test("takes lists and numbers of one's own where a rule of one's own names them", () => {
    const own = {
      ...rule,
      when: {
        any: [
          { field: "actor", inList: "robots" },
          { field: "code", above: { parameter: "limit" } },
        ],
      },
    };
    const configuration = { rules: [own], lists: { robots: ["r*"] }, parameters: { limit: 3, reconKinds: 9 } };
    const settings = exceptionSettings(ExceptionsConfiguration.parse(configuration));
    expect(settings.rules).toHaveLength(41);
    expect(settings.lists).toMatchObject({ robots: ["r*"], adminRoles: ["cluster-admin", "system:masters"] });
    expect(settings.parameters).toMatchObject({ limit: 3, reconKinds: 9, failureThreshold: 20 });
  });
});
