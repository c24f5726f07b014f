/**
 * E-mail addresses as we send to them: plain letters, one `@`, a domain of labels. Narrower than RFC 5321 on purpose: quoted parts,
 * comments, routes and lists are no address of a person, and what cannot hold a line break or a comma cannot add a recipient or a header.
 */
const plain = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)$/i;
/** RFC 5321, 4.5.3.1. */
const longest = { address: 254, local: 64, label: 63 } as const;

/** The address and its domain in lower case; null when it is none. */
export function readAddress(text: string): { readonly address: string; readonly domain: string } | null {
	const trimmed = text.trim();
	const domain = plain.exec(trimmed)?.[2]?.toLowerCase();
	if (domain === undefined || trimmed.length > longest.address) return null;
	const local = trimmed.slice(0, -domain.length - 1);
	if (local.length > longest.local || domain.split('.').some((label) => label.length > longest.label)) return null;
	// `a@0` would be written to 0.0.0.0: what is looked up on the list of hosts has to be what is written to.
	if (readHost(domain) !== domain || /(^|\.)\d+$/.test(domain)) return null;
	return { address: `${local}@${domain}`, domain };
}

/** A host name or address as URLs write it: lower case, punycode, no dot at the end, no port; null when it is none. */
export function readHost(text: string): string | null {
	const trimmed = text.trim().replace(/\.$/, '');
	if (trimmed === '' || trimmed.length > 253 || /[\s/?#@\\%*]/.test(trimmed)) return null;
	const bracketed = /^[0-9a-f:]*:[0-9a-f:.]*:[0-9a-f:.]*$/i.test(trimmed) ? `[${trimmed}]` : trimmed;
	if (!URL.canParse(`http://${bracketed}/`)) return null;
	const url = new URL(`http://${bracketed}/`);
	return url.port === '' && !/:\d*$/.test(bracketed.replace(/^\[.*\]/, '')) ? url.hostname : null;
}
