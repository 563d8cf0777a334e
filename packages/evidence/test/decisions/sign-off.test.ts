import { describe, expect, test } from "vitest";
import { reviewState, SignOff } from "../../src/index.js";

const period = { to: "2026-11-01T00:00:00Z" };
const dana = { name: "Dana Reed", role: "Security lead", date: "2026-11-03" };
const erin = { name: "Erin Vale", role: "Head of platform", date: "2026-11-04" };

function problemsAt(date: string) {
  return reviewState({ reviewed: { ...dana, date }, approved: erin }, period, []).problems;
}

describe("reviewState", () => {
  test("a period that nobody reviewed or approved says so", () => {
    expect(reviewState(null, period, ["bob"])).toEqual({
      reviewed: false,
      approved: false,
      independent: false,
      problems: [
        { step: "reviewed", problem: "missing", actor: "" },
        { step: "approved", problem: "missing", actor: "" },
      ],
    });
  });

  test("two signatures of people who did not act are independent", () => {
    const state = reviewState({ reviewed: dana, approved: erin }, period, ["bob", "", "system:node:worker-1"]);
    expect(state).toEqual({ reviewed: true, approved: true, independent: true, problems: [] });
  });

  test.each([
    ["by the name", { ...dana, name: "bob" }],
    ["by a user name of theirs", { ...dana, users: ["d.reed", "oidc:Bob"] }],
  ])("a reviewer who is an actor is found %s", (_how, reviewed) => {
    expect(reviewState({ reviewed, approved: erin }, period, ["alice", "bob"]).problems).toEqual([
      { step: "reviewed", problem: "by-an-actor", actor: "bob" },
    ]);
  });

  test("a review before the period's end is told apart from one after it", () => {
    expect(problemsAt("2026-10-30")).toEqual([{ step: "reviewed", problem: "before-the-end", actor: "" }]);
    expect(problemsAt("2026-10-31")).toEqual([]);
    expect(problemsAt("2026-10-31T18:00:00Z")).toHaveLength(1);
  });
});

test("SignOff refuses what it does not know", () => {
  const result = SignOff.safeParse({ reviewed: { ...dana, signature: "x" }, aproved: erin });
  expect(result.error?.issues.map(({ path, code }) => [path.join("."), code])).toEqual([
    ["reviewed", "unrecognized_keys"],
    ["", "unrecognized_keys"],
  ]);
});
