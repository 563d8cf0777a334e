import type { ReportInput } from "../../report-input.js";
import { code, plain } from "../text.js";
import { formatHash } from "../words/hash.js";
import type { SectionContent } from "./section-content.js";

/** Builds how to verify the pack without the program that made it. */
export function verifySection({ evidence, evidenceId }: ReportInput): SectionContent {
  const register = evidence.bundle.registers[0];
  const input = evidence.bundle.inputs.length > 0;
  const members = evidence.bundle.inputs.some(({ archive }) => archive !== undefined);
  return {
    id: "verify",
    shortTitle: "How to verify",
    title: "Three checks show that nothing changed since this report was made",
    standfirst: "They need no special program: sha256sum is on every Linux and macOS machine or easily had.",
    blocks: [
      {
        kind: "heading",
        text: "1. Every file of the pack is as it was written",
        note: [plain("In the pack's folder. Each line must end in OK.")],
      },
      { kind: "code", lines: ["sha256sum -c SHA256SUMS"] },
      {
        kind: "heading",
        text: "2. This report belongs to that evidence",
        note: [
          plain("The result must begin with the evidence id at the foot of each page: "),
          code(formatHash(evidenceId)),
          plain("."),
        ],
      },
      { kind: "code", lines: ["sha256sum bundle.json"] },
      {
        kind: "heading",
        text: "3. The registers and inputs are those that were counted",
        note: [
          plain("The results must equal the hashes in "),
          code("bundle.json"),
          plain("; their first 16 digits are printed in this report."),
        ],
      },
      {
        kind: "code",
        lines: [
          ...(register === undefined ? [] : [`sha256sum ${register.file}`]),
          ...(input ? ["sha256sum <each audit log file, as collected>"] : []),
          ...(members ? ["sha256sum <each member of an archive, unpacked from it>"] : []),
        ],
      },
      {
        kind: "heading",
        text: "All at once, and the signature",
        note: [
          code("kaudit verify"),
          plain(" makes these checks and names each file that differs. Where the pack is signed ("),
          code("manifest.json.sig"),
          plain("), it also checks the signature; take the signer's public key from the signer, not from the pack."),
        ],
      },
      {
        kind: "code",
        lines: ["kaudit verify <folder of the pack>", "kaudit verify <folder of the pack> --key <public key file>"],
      },
      { kind: "heading", text: "What this does not show" },
      {
        kind: "paragraph",
        text: [
          plain(
            "A hash made when the report was made speaks for the time after. That the log files were complete and unchanged " +
              "before they were read must be shown by whoever kept them.",
          ),
        ],
      },
    ],
  };
}
