/** Pages carry the policy of svelte.config.js; everything else (files, JSON, the bare error pages) loads nothing at all. */
const barePolicy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/** Adds to a response what its route did not set itself. */
export function addSecurityHeaders(headers: Headers, about: { readonly https: boolean; readonly personal: boolean }): void {
	const wanted: Record<string, string> = {
		'content-security-policy': barePolicy,
		'x-content-type-options': 'nosniff',
		'x-frame-options': 'DENY',
		'referrer-policy': 'same-origin',
		'cross-origin-opener-policy': 'same-origin',
		'cross-origin-resource-policy': 'same-origin',
		'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()'
	};
	if (about.https) wanted['strict-transport-security'] = 'max-age=31536000';
	// Shared computers: after logging out the back button must not show a page again.
	if (about.personal) wanted['cache-control'] = 'no-store';
	for (const [name, value] of Object.entries(wanted)) {
		if (!headers.has(name)) headers.set(name, value);
	}
}
