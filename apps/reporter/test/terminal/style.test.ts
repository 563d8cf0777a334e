import { describe, expect, test } from "vitest";
import { createStyle } from "../../src/terminal/style.js";

const utf8 = { LANG: "en_US.UTF-8" };

describe("createStyle", () => {
  test.each([
    ["a terminal", { isTerminal: true, environment: utf8 }, true],
    ["a pipe", { isTerminal: false, environment: utf8 }, false],
    ["NO_COLOR", { isTerminal: true, environment: { ...utf8, NO_COLOR: "1" } }, false],
    ["an empty NO_COLOR", { isTerminal: true, environment: { ...utf8, NO_COLOR: "" } }, true],
    ["a dumb terminal", { isTerminal: true, environment: { ...utf8, TERM: "dumb" } }, false],
    ["--no-color", { isTerminal: true, environment: utf8, color: false }, false],
  ])("for %s, colour is as it should be", (_name, facts, colored) => {
    const style = createStyle({ platform: "linux", ...facts });
    expect(style.bold("x") === "\u001b[1mx\u001b[0m").toBe(colored);
    expect(style.statusShape("exceptions")).toBe(colored ? "\u001b[31m▲\u001b[0m" : "▲");
  });

  test.each([
    ["LANG alone", { LANG: "en_US.UTF-8" }, "linux", "◧"],
    ["LC_ALL before LANG", { LC_ALL: "C", LANG: "en_US.UTF-8" }, "linux", "?"],
    ["LC_CTYPE before LANG", { LC_CTYPE: "C.utf8", LANG: "C" }, "linux", "◧"],
    ["an empty LC_ALL", { LC_ALL: "", LANG: "C.UTF-8" }, "linux", "◧"],
    ["no locale, as in cron", {}, "linux", "?"],
    ["no locale on Windows", {}, "win32", "◧"],
  ])("with %s, shapes follow the locale", (_name, environment, platform, shape) => {
    const style = createStyle({ isTerminal: false, environment, platform });
    expect(style.statusShape("insufficient-evidence")).toBe(shape);
    expect(style.rule).toBe(shape === "?" ? "-" : "─");
  });

  test("takes 100 columns where the width is not known", () => {
    expect(createStyle({ isTerminal: false, environment: {}, platform: "linux" }).columns).toBe(100);
    expect(createStyle({ isTerminal: true, columns: 80, environment: {}, platform: "linux" }).columns).toBe(80);
  });
});
