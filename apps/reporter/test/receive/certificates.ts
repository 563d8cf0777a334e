import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A certificate and its key, in files. */
export interface MadeCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** Makes a certificate authority with openssl; gives its files. */
export async function makeAuthority(folder: string, name: string): Promise<MadeCertificate> {
  const made = { certificate: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
  await run("openssl", [
    ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj".split(" "),
    `/CN=${name}`,
    "-keyout",
    made.key,
    "-out",
    made.certificate,
  ]);
  return made;
}

/** Makes a certificate for 127.0.0.1 that an authority signs; gives its files. */
export async function makeCertificate(
  folder: string,
  name: string,
  authority: MadeCertificate,
): Promise<MadeCertificate> {
  const made = { certificate: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
  const request = join(folder, `${name}.csr`);
  const extensions = join(folder, `${name}.ext`);
  await writeFile(extensions, "subjectAltName=IP:127.0.0.1\n");
  await run("openssl", [
    ..."req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj".split(" "),
    `/CN=${name}`,
    "-keyout",
    made.key,
    "-out",
    request,
  ]);
  await run("openssl", [
    ..."x509 -req -days 2 -CAcreateserial -in".split(" "),
    request,
    "-CA",
    authority.certificate,
    "-CAkey",
    authority.key,
    "-extfile",
    extensions,
    "-out",
    made.certificate,
  ]);
  return made;
}
