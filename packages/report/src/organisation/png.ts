import { unzlibSync } from "fflate";
import { LogoProblem } from "./logo.js";

/** Samples a pixel by colour type (PNG, 11.2.2): grey, RGB, palette, grey and alpha, RGB and alpha. */
const samples: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** A picture's pixels, on white: three bytes each. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/**
 * Reads a PNG of 8 bits a sample that is not interlaced, with its transparency laid on white. It is decoded here, not by Node's
 * zlib, so that the PDF has the same bytes on every machine. Throws {@link LogoProblem} for another or broken one.
 */
export function readPng(bytes: Uint8Array, mostPixels: number): Pixels {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 33) throw new LogoProblem("the PNG is cut off");
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const [depth, type, interlaced] = [bytes[24], bytes[25] ?? -1, bytes[28]];
  if (width === 0 || height === 0 || width * height > mostPixels)
    throw new LogoProblem(`the PNG has ${width} × ${height} pixels`);
  const size = samples[type];
  if (depth !== 8 || size === undefined || interlaced !== 0)
    throw new LogoProblem("the PNG is interlaced, or has other than 8 bits a sample");
  const { data, palette, alphas } = chunks(bytes, view);
  const lines = unfiltered(inflated(data, (width * size + 1) * height), width * size, height, size);
  const rgb = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const at = pixel * size;
    const value = lines[at] ?? 0;
    const alpha = type === 3 ? (alphas[value] ?? 255) : type === 4 ? lines[at + 1] : type === 6 ? lines[at + 3] : 255;
    for (let channel = 0; channel < 3; channel += 1) {
      const colour = type === 3 ? palette[value * 3 + channel] : type === 0 || type === 4 ? value : lines[at + channel];
      rgb[pixel * 3 + channel] = Math.round(((colour ?? 0) * (alpha ?? 255) + 255 * (255 - (alpha ?? 255))) / 255);
    }
  }
  return { width, height, rgb };
}

function chunks(bytes: Uint8Array, view: DataView) {
  const data: Uint8Array[] = [];
  let palette = new Uint8Array();
  let alphas = new Uint8Array();
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const content = bytes.slice(at + 8, at + 8 + length);
    if (name === "IDAT") data.push(content);
    if (name === "PLTE") palette = content;
    if (name === "tRNS") alphas = content;
    if (name === "IEND") return { data, palette, alphas };
    at += 12 + length;
  }
  throw new LogoProblem("the PNG is cut off");
}

function inflated(data: readonly Uint8Array[], expected: number): Uint8Array {
  const whole = new Uint8Array(data.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of data) {
    whole.set(part, at);
    at += part.length;
  }
  try {
    // A buffer of the expected size also bounds what a bomb can unpack.
    const out = unzlibSync(whole, { out: new Uint8Array(expected) });
    if (out.length === expected) return out;
  } catch {
    // Told below.
  }
  throw new LogoProblem("the PNG's pixels cannot be read");
}

/** Undoes the filters of the lines (PNG, 9.2). */
function unfiltered(raw: Uint8Array, width: number, height: number, size: number): Uint8Array {
  const out = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (width + 1)] ?? 0;
    for (let x = 0; x < width; x += 1) {
      const value = raw[y * (width + 1) + 1 + x] ?? 0;
      const left = x >= size ? (out[y * width + x - size] ?? 0) : 0;
      const up = y > 0 ? (out[(y - 1) * width + x] ?? 0) : 0;
      const corner = y > 0 && x >= size ? (out[(y - 1) * width + x - size] ?? 0) : 0;
      out[y * width + x] = value + predicted(filter, left, up, corner);
    }
  }
  return out;
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return Math.floor((left + up) / 2);
  if (filter !== 4) return 0;
  const estimate = left + up - corner;
  const [toLeft, toUp, toCorner] = [left, up, corner].map((one) => Math.abs(estimate - one)) as [
    number,
    number,
    number,
  ];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}
