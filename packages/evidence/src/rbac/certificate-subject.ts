import { byteTextSha256 } from "../internal/hash.js";

/** Whose certificate a request asks for. */
export interface CertificateSubject {
  readonly commonName: string;
  readonly organizations: readonly string[];
}

/** OBJECT IDENTIFIER 2.5.4.3 (common name) and 2.5.4.10 (organization) as DER writes them. */
const commonNameId = [0x06, 0x03, 0x55, 0x04, 0x03];
const organizationId = [0x06, 0x03, 0x55, 0x04, 0x0a];

/**
 * Gives the common name and the organizations (Kubernetes: the user name and groups) of a PKCS#10 request in PEM or in the
 * base64 of PEM, as CertificateSigningRequest `spec.request` holds it; null when it is none.
 */
export function certificateSubject(request: string): CertificateSubject | null {
  const pem = request.includes("-----BEGIN") ? request : fromBase64(request);
  const body = /-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----([\s\S]*?)-----END/.exec(pem)?.[1];
  if (body === undefined) return null;
  const der = fromBase64(body.replace(/\s+/g, ""));
  if (der === "") return null;
  return { commonName: valuesAfter(der, commonNameId)[0] ?? "", organizations: valuesAfter(der, organizationId) };
}

/**
 * Gives the id under which kube-apiserver records the use of a certificate (`X509SHA256=` and the SHA-256 of its DER form), from the
 * PEM, or the base64 of the PEM, of CertificateSigningRequest `status.certificate`; empty when it is none.
 */
export function certificateId(certificate: string): string {
  const pem = certificate.includes("-----BEGIN") ? certificate : fromBase64(certificate);
  const body = /-----BEGIN CERTIFICATE-----([\s\S]*?)-----END/.exec(pem)?.[1];
  const der = body === undefined ? "" : fromBase64(body.replace(/\s+/g, ""));
  return der === "" ? "" : `X509SHA256=${byteTextSha256(der)}`;
}

/** Decodes base64 to a text of one character a byte; empty when it is none. */
function fromBase64(text: string): string {
  try {
    return atob(text);
  } catch {
    return "";
  }
}

function valuesAfter(der: string, id: readonly number[]): string[] {
  const marker = String.fromCharCode(...id);
  const values: string[] = [];
  for (let at = der.indexOf(marker); at !== -1 && values.length < 64; at = der.indexOf(marker, at + 1)) {
    const tag = der.charCodeAt(at + marker.length);
    const length = der.charCodeAt(at + marker.length + 1);
    // UTF8String, PrintableString, TeletexString, IA5String with a length of one byte: longer names are not seen here.
    if (![0x0c, 0x13, 0x14, 0x16].includes(tag) || length >= 0x80) continue;
    const start = at + marker.length + 2;
    values.push(utf8(der.slice(start, start + length)));
  }
  return values;
}

function utf8(bytes: string): string {
  try {
    return decodeURIComponent(
      bytes.replace(/[\s\S]/g, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, "0")}`),
    );
  } catch {
    return bytes;
  }
}
