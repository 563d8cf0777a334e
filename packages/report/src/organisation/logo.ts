import { ReportError } from "../errors.js";
import { readPng } from "./png.js";
import { readSvg, type SvgPicture } from "./svg.js";

/** More than this is a photograph, not a logo; it would be in every page of every report. */
const mostBytes = 512 * 1024;
const mostPixels = 4_000_000;

/** A picture that both renderers can draw. */
export type Logo =
  | {
      readonly kind: "png";
      readonly bytes: Uint8Array;
      readonly width: number;
      readonly height: number;
      readonly rgb: Uint8Array;
    }
  | { readonly kind: "jpeg"; readonly bytes: Uint8Array; readonly width: number; readonly height: number }
  | ({ readonly kind: "svg"; readonly bytes: Uint8Array } & SvgPicture);

/** Thrown inside by the readers of the formats: what is wrong, in words. */
export class LogoProblem extends Error {}

/**
 * Reads an organisation's logo: PNG, JPEG, or an SVG of plain shapes; told by its content, not its name. Transparent parts of a
 * PNG become white in a PDF. Throws `KAUDIT_REPORT_LOGO_INVALID` for anything else: more than 512 KiB, more than four million
 * pixels, a broken file, an SVG with text, style sheets, scripts or references. `named` is how messages call the file.
 */
export function readLogo(bytes: Uint8Array, named: string): Logo {
  try {
    return logoOf(bytes);
  } catch (error) {
    if (!(error instanceof LogoProblem)) throw error;
    throw new ReportError(
      "KAUDIT_REPORT_LOGO_INVALID",
      `${named}: ${error.message}. A logo is a PNG or JPEG of at most 512 KiB, or an SVG of plain shapes; export it anew, or leave organisation.logo out.`,
      { details: { path: named } },
    );
  }
}

function logoOf(bytes: Uint8Array): Logo {
  if (bytes.length === 0) throw new LogoProblem("the logo is empty");
  if (bytes.length > mostBytes) throw new LogoProblem(`the logo has ${bytes.length} bytes`);
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47])) {
    return { kind: "png", bytes, ...readPng(bytes, mostPixels) };
  }
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return { kind: "jpeg", bytes, ...jpegSize(bytes) };
  const text = new TextDecoder().decode(bytes);
  if (/^\uFEFF?\s*</.test(text)) return { kind: "svg", bytes, ...readSvg(text) };
  throw new LogoProblem("the logo is neither PNG, JPEG nor SVG");
}

function startsWith(bytes: Uint8Array, signature: readonly number[]): boolean {
  return signature.every((byte, index) => bytes[index] === byte);
}

/** Reads the frame header (ITU-T T.81, B.2.2): baseline or progressive, grey or three colours. */
function jpegSize(bytes: Uint8Array): { readonly width: number; readonly height: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 2;
  while (at + 9 < bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    if (marker >= 0xc0 && marker <= 0xc2) {
      const [height, width, components] = [view.getUint16(at + 5), view.getUint16(at + 7), bytes[at + 9] ?? 0];
      if (components !== 1 && components !== 3) throw new LogoProblem("the JPEG is neither grey nor in three colours");
      if (width === 0 || height === 0 || width * height > mostPixels) break;
      if (bytes.at(-2) !== 0xff || bytes.at(-1) !== 0xd9) throw new LogoProblem("the JPEG is cut off");
      return { width, height };
    }
    at += 2 + view.getUint16(at + 2);
  }
  throw new LogoProblem("the JPEG's size cannot be read, or is more than four million pixels");
}
