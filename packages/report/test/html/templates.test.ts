import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { fillPage } from "../../src/html/templates.js";
import { pageAssets } from "../../src/html/page-assets.js";

const folder = new URL("../../templates/", import.meta.url);
const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".hbs"));

describe("the templates", () => {
  test("a missing field is an error, not an empty place", () => {
    expect(() => fillPage({})).toThrow(/not defined/);
  });

  test("a field of the prototype is no field", () => {
    const view = Object.create({ language: "en" }) as object;
    expect(() => fillPage(view)).toThrow();
  });

  test.each(files)("%s escapes everything and calls no helper but if, unless and each", (name) => {
    const text = readFileSync(new URL(name, folder), "utf8");
    expect(text).not.toMatch(/\{\{\{|\{\{&|\{\{!/);
    const helpers = [...text.matchAll(/\{\{#(\w+)/g)].map(([, helper]) => helper);
    for (const helper of helpers) expect(["if", "unless", "each"]).toContain(helper);
    // Attributes are always quoted, and none runs script or styles.
    expect(text).not.toMatch(/=\{\{/);
    // The one picture is the logo: a data URI of a file that was read.
    const others = text.replace('src="{{organisation.logo}}"', "");
    expect(others).not.toMatch(/\s(?:style|on\w+|src|srcset|action|formaction)=/);
  });

  test("only style, script and data, made safe by one function each, are put in unescaped", () => {
    const page = readFileSync(new URL("page.hbs", folder), "utf8");
    expect(page.match(/<(?:style|script)[^>]*>[^<]*</g)).toEqual([
      "<style>{{style}}<",
      '<script type="application/octet-stream" id="{{id}}">{{bytes}}<',
      "<script>{{script}}<",
    ]);
  });

  test("the page's script turns no text into markup or code", () => {
    expect(pageAssets().script).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|DOMParser|srcdoc/,
    );
  });
});
