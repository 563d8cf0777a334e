/** An address as 16 bytes: IPv4 in its IPv6-mapped form. */
type Address = readonly number[];

/** Reads an IPv4 or IPv6 address; null when the text is none. A zone (`%eth0`) is left out of account. */
function parseAddress(text: string): Address | null {
  if (text.length > 64) return null;
  const zone = text.indexOf("%");
  const bare = zone === -1 ? text : text.slice(0, zone);
  if (!bare.includes(":")) {
    const four = parseFour(bare);
    return four === null ? null : [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...four];
  }
  return parseSix(bare);
}

function parseFour(text: string): number[] | null {
  const parts = text.split(".");
  if (parts.length !== 4) return null;
  const bytes = parts.map((part) => (/^(?:0|[1-9]\d{0,2})$/.test(part) ? Number(part) : 256));
  return bytes.every((byte) => byte < 256) ? bytes : null;
}

function parseSix(text: string): number[] | null {
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const head = groups(halves[0]);
  const tail = groups(halves[1]);
  if (head === null || tail === null) return null;
  if (halves.length === 1) return head.length === 16 ? head : null;
  const missing = 16 - head.length - tail.length;
  return missing < 2 ? null : [...head, ...Array.from({ length: missing }, () => 0), ...tail];
}

/** The bytes of colon-separated groups, of which the last can be an IPv4 address. */
function groups(half: string | undefined): number[] | null {
  if (half === undefined || half === "") return [];
  const bytes: number[] = [];
  const parts = half.split(":");
  for (const [i, part] of parts.entries()) {
    const four = i === parts.length - 1 && part.includes(".") ? parseFour(part) : null;
    if (four !== null) bytes.push(...four);
    else if (/^[0-9A-Fa-f]{1,4}$/.test(part))
      bytes.push(Number.parseInt(part, 16) >> 8, Number.parseInt(part, 16) & 255);
    else return null;
  }
  return bytes;
}

/** Compiles an address or CIDR range (`10.0.0.0/8`, `2001:db8::/32`) to a test; null when it is none. */
export function compileAddressRange(range: string): ((address: string) => boolean) | null {
  const slash = range.indexOf("/");
  const base = parseAddress(slash === -1 ? range : range.slice(0, slash));
  if (base === null) return null;
  const isFour = !range.includes(":");
  const given = slash === -1 ? (isFour ? "32" : "128") : range.slice(slash + 1);
  if (!/^\d{1,3}$/.test(given) || Number(given) > (isFour ? 32 : 128)) return null;
  const bits = Number(given) + (isFour ? 96 : 0);
  const whole = bits >> 3;
  const mask = (0xff00 >> (bits & 7)) & 0xff;
  return (text) => {
    const address = parseAddress(text);
    if (address === null) return false;
    for (let i = 0; i < whole; i++) if (address[i] !== base[i]) return false;
    return mask === 0 || ((address[whole] ?? 0) & mask) === ((base[whole] ?? 0) & mask);
  };
}
