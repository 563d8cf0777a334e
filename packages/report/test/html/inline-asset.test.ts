import { describe, expect, test } from "vitest";
import { hostileStrings } from "@kaudit/testkit";
import { embeddedBytes, inlineAsset } from "../../src/html/inline-asset.js";

describe("embeddedBytes", () => {
  test("bytes come back as they were and hold no markup", () => {
    const bytes = new TextEncoder().encode(hostileStrings.map(({ value }) => value).join(""));
    const text = embeddedBytes(bytes).toString();
    expect(text).toMatch(/^[A-Za-z0-9+/]+=*$/);
    expect(Buffer.from(text, "base64").equals(bytes)).toBe(true);
  });

  test("a part of a larger buffer is that part only", () => {
    const part = Uint8Array.of(1, 2, 3, 4, 5).subarray(1, 3);
    expect(embeddedBytes(part).toString()).toBe(Buffer.from([2, 3]).toString("base64"));
  });
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
