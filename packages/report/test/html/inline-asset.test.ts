import { describe, expect, test } from "vitest";
import { hostileStrings } from "@kaudit/testkit";
import { embeddedJson, inlineAsset } from "../../src/html/inline-asset.js";

describe("embeddedJson", () => {
  test.each(hostileStrings.map(({ name, value }) => [name, value]))(
    "%s comes back as it was and holds no markup",
    (_, value) => {
      const data = { [value]: [value, 1, null, { value }] };
      const text = embeddedJson(data).toString();
      expect(text).not.toMatch(/[<>&\u2028\u2029]/);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(data)));
    },
  );
});

describe("inlineAsset", () => {
  test.each(["</script>", "a{}</STYLE >", "<!-- a comment", "</"])(
    "%j is refused: it could end its element",
    (text) => {
      expect(() => inlineAsset(text)).toThrow(TypeError);
    },
  );

  test("a style is given as it is", () => {
    const style = 'a > b::after { content: "&" }';
    expect(inlineAsset(style).toString()).toBe(style);
  });
});
