/** An address for messages: without user name, password and fragment, and with every value of its query masked. */
export function maskedAddress(address: URL): string {
  const query = [...address.searchParams.keys()].map((name) => `${encodeURIComponent(name)}=…`).join("&");
  return `${address.origin}${address.pathname}${query === "" ? "" : `?${query}`}`;
}
