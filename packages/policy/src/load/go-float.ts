/**
 * A number as Go's `strconv.FormatFloat(value, 'g', -1, 32)` writes it, with YAML's words for the infinities: the
 * text that a floating-point map key becomes when kube-apiserver turns YAML into JSON.
 */
export function formatFloatKey(value: number): string {
  const single = Math.fround(value);
  if (Number.isNaN(single)) return ".nan";
  if (!Number.isFinite(single)) return single > 0 ? ".inf" : "-.inf";
  if (single === 0) return Object.is(single, -0) ? "-0" : "0";
  const [digits, exponent] = shortestDigits(single);
  const sign = single < 0 ? "-" : "";
  if (exponent < -4 || exponent >= Math.max(digits.length, 21)) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
    const magnitude = String(Math.abs(exponent)).padStart(2, "0");
    return `${sign}${digits.slice(0, 1)}${fraction}e${exponent < 0 ? "-" : "+"}${magnitude}`;
  }
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  if (exponent + 1 >= digits.length) return sign + digits.padEnd(exponent + 1, "0");
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}

/** The fewest decimal digits that still read back as the same 32-bit number, and the decimal exponent. */
function shortestDigits(single: number): [digits: string, exponent: number] {
  for (let precision = 1; ; precision++) {
    const text = Math.abs(single).toExponential(precision - 1);
    if (precision >= 17 || Math.fround(Number(text)) === Math.abs(single)) {
      const [mantissa = "", exponent = "0"] = text.split("e");
      return [mantissa.replace(".", "").replace(/0+$/, "") || "0", Number(exponent)];
    }
  }
}
