import { describe, expect, test } from "vitest";
import { formatBytes, formatCount, formatQuantity, formatRemaining } from "../../src/terminal/numbers.js";
import { createProgress, progressLine, type ReadingProgress } from "../../src/terminal/progress.js";

const state: ReadingProgress = {
  filesDone: 41,
  filesTotal: 93,
  bytesDone: 2_700_000_000,
  bytesTotal: 6_200_000_000,
  events: 1_803_442,
  rejected: 3,
};

function recorder(isTerminal: boolean): {
  readonly written: string[];
  tick(ms: number): void;
  readonly output: Parameters<typeof createProgress>[0];
} {
  const written: string[] = [];
  let time = 0;
  return {
    written,
    tick: (ms) => {
      time += ms;
    },
    output: { isTerminal, columns: 60, write: (text) => written.push(text), now: () => time },
  };
}

describe("progressLine", () => {
  test("tells files, bytes, events, rejected, rate and what is left", () => {
    expect(progressLine(state, 44_262)).toBe(
      "reading  41 of 93 files  2.7 of 6.2 GB  1,803,442 events  3 rejected  61 MB/s  00:58 left",
    );
  });

  test("leaves out what standard input cannot tell", () => {
    const open = { ...state, filesTotal: null, bytesTotal: null, bytesDone: 5_000_000 };
    expect(progressLine(open, 1000)).toBe("reading  5.0 MB  1,803,442 events  3 rejected  5.0 MB/s");
  });

  test("names both units where they differ", () => {
    expect(progressLine({ ...state, bytesDone: 700_000 }, 0)).toContain("700 kB of 6.2 GB");
  });
});

describe("createProgress", () => {
  test("writes one line at most four times a second on a terminal, cut to its width, and erases it", () => {
    const { written, tick, output } = recorder(true);
    const progress = createProgress(output);
    for (let step = 0; step < 100; step++) {
      progress.update(state);
      tick(10);
    }
    expect(written).toHaveLength(4);
    for (const text of written) {
      expect(text.slice(0, 5)).toBe("\r\u001b[2K");
      expect(text.slice(5)).toHaveLength(59);
    }
    progress.end();
    expect(written.at(-1)).toBe("\r\u001b[2K");
    expect(written.join("")).not.toContain("\n");
  });

  test("writes a line a minute elsewhere, and none for a short run", () => {
    const { written, tick, output } = recorder(false);
    const progress = createProgress(output);
    for (let second = 0; second < 150; second++) {
      progress.update(state);
      tick(1000);
    }
    progress.end();
    expect(written).toHaveLength(2);
    for (const text of written) expect(text).toMatch(/^reading .*\n$/);
  });
});

describe("numbers", () => {
  test.each([
    [0, "0"],
    [999, "999"],
    [1000, "1,000"],
    [4_109_310, "4,109,310"],
  ])("formatCount(%i) is %s", (count, text) => {
    expect(formatCount(count)).toBe(text);
  });

  test.each([
    [0, "0 bytes"],
    [1, "1 byte"],
    [999, "999 bytes"],
    [1000, "1.0 kB"],
    [9_949, "9.9 kB"],
    [9_960, "10 kB"],
    [999_499, "999 kB"],
    [999_600, "1.0 MB"],
    [8_400_000, "8.4 MB"],
    [6_200_000_000, "6.2 GB"],
  ])("formatBytes(%i) is %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  test.each([
    [0, "00:00"],
    [56.2, "00:57"],
    [725, "12:05"],
    [3723, "1:02:03"],
  ])("formatRemaining(%d) is %s", (seconds, text) => {
    expect(formatRemaining(seconds)).toBe(text);
  });

  test("formatQuantity uses the plural for all but one", () => {
    expect([0, 1, 2].map((count) => formatQuantity(count, "file"))).toEqual(["0 files", "1 file", "2 files"]);
  });
});
