import { describe, expect, test } from "vitest";
import { activityView } from "../../src/html/charts/activity.js";

function view(from: string, to: string) {
  return activityView({ from, to, hours: [[from, 10]], caption: "c", description: "d" });
}

describe("activityView", () => {
  test.each([
    ["a day", "2026-11-23T00:00:00Z", 24, "0 0 288 8", "Hours (UTC) across, days down."],
    ["a week", "2026-11-29T00:00:00Z", 168, "0 0 288 56", "Hours (UTC) across, days down."],
    ["a month", "2026-12-22T00:00:00Z", 720, "0 0 360 192", "Days across, hours (UTC) down."],
  ])("%s has a dot an hour in a picture wider than high", (_, to, dots, viewBox, directions) => {
    const picture = view("2026-11-22T00:00:00Z", to);
    expect(picture?.dots).toHaveLength(dots);
    expect(picture).toMatchObject({ viewBox, directions });
    expect(picture?.dots.filter((dot) => !dot.empty)).toEqual([{ x: 6, y: 4, radius: 3.4, empty: false }]);
  });

  test("a year has none", () => {
    expect(view("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z")).toBeNull();
  });
});
