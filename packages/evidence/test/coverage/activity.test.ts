import { describe, expect, test } from "vitest";
import { Activity, createDayBudget } from "../../src/coverage/activity.js";

const start = Date.parse("2026-10-14T00:00:00Z");

/** An instant so many seconds after midnight, as kube-apiserver writes it. */
function at(seconds: number): string {
  return `${new Date(start + seconds * 1000).toISOString().slice(0, 23)}000Z`;
}

/** An activity with an event every `pace` seconds from `from` until `to`, leaving out what `isSilent` says. */
function recorded(pace: number, to: number, isSilent: (second: number) => boolean): Activity {
  const activity = new Activity(createDayBudget(100));
  for (let second = 0; second < to; second += pace) if (!isSilent(second)) activity.add(at(second));
  return activity;
}

describe("Activity", () => {
  test("finds three minutes that were taken out of a busy log, from the last event before to the first after", () => {
    const gaps = recorded(2, 7200, (second) => second >= 3600 && second < 3780).gaps();
    expect(gaps).toEqual({
      thresholdSeconds: 120,
      count: 1,
      seconds: 182,
      longest: [{ from: "2026-10-14T00:59:58.000Z", to: "2026-10-14T01:03:00.000Z", seconds: 182 }],
      complete: true,
    });
  });

  test("does not call the usual pauses of a quiet server gaps, but always more than an hour", () => {
    // Something every twenty minutes, and once two hours of silence.
    const gaps = recorded(1200, 86_400 * 3, (second) => second > 40_000 && second < 47_000).gaps();
    expect(gaps.thresholdSeconds).toBe(3600);
    expect(gaps.longest.map(({ from, to }) => [from, to])).toEqual([
      ["2026-10-14T11:00:00.000Z", "2026-10-14T13:20:00.000Z"],
    ]);
  });

  test("does not depend on the order of events", () => {
    const times = Array.from({ length: 3000 }, (_, n) => n * 4).filter((second) => second < 5000 || second > 5400);
    const [forward, backward] = [new Activity(createDayBudget(5)), new Activity(createDayBudget(5))];
    for (const second of times) forward.add(at(second));
    for (const second of times.toReversed()) backward.add(at(second));
    expect(backward.gaps()).toEqual(forward.gaps());
    expect(forward.gaps().count).toBe(1);
  });

  test("sees across midnight", () => {
    const gaps = recorded(5, 90_000, (second) => second >= 86_000 && second < 87_000).gaps();
    expect(gaps.longest).toEqual([{ from: "2026-10-14T23:53:15.000Z", to: "2026-10-15T00:10:00.000Z", seconds: 1005 }]);
  });

  test("lists the longest hundred of many gaps, by time, and counts all", () => {
    const activity = new Activity(createDayBudget(100));
    // Two days in which every step has an event, so that 2 minutes are a gap, then 150 ever longer ones.
    for (let second = 0; second <= 172_800; second += 10) activity.add(at(second));
    const silences = Array.from({ length: 150 }, (_, n) => 200 + 10 * n);
    let second = 172_800;
    for (const silence of silences) activity.add(at((second += silence + 10)));
    const gaps = activity.gaps();
    expect(gaps).toMatchObject({ thresholdSeconds: 120, count: 150 });
    expect(gaps.seconds).toBe(silences.reduce((sum, one) => sum + one + 10, 0));
    expect(gaps.longest.map((gap) => gap.seconds)).toEqual(silences.slice(50).map((silence) => silence + 10));
  });

  test("falls back to steps of ten seconds where exact edges no longer fit in memory", () => {
    const activity = new Activity(createDayBudget(5, 0));
    for (let second = 0; second < 7200; second += 2) if (second < 3600 || second >= 3780) activity.add(at(second));
    expect(activity.gaps().longest).toEqual([
      { from: "2026-10-14T01:00:00.000Z", to: "2026-10-14T01:03:00.000Z", seconds: 180 },
    ]);
  });

  test("says so when there are more days than fit in memory", () => {
    const activity = new Activity(createDayBudget(2));
    for (let day = 0; day < 3; day++) activity.add(at(day * 86_400));
    expect(activity.gaps()).toMatchObject({ complete: false, count: 1 });
  });

  test.each(["", "yesterday", "2026-13-99T99:99:99.000000Z", "\u0000".repeat(30)])("leaves %j alone", (time) => {
    const activity = new Activity(createDayBudget(2));
    activity.add(time);
    expect(activity.gaps()).toEqual({ thresholdSeconds: 120, count: 0, seconds: 0, longest: [], complete: true });
  });
});
