import adapter from '@sveltejs/adapter-node';

/** @type {import('@sveltejs/kit').Config} */
export default {
	compilerOptions: { runes: true },
	kit: {
		adapter: adapter({ out: 'build', precompress: true }),
		alias: {},
		// A page's styles are small and many: within the page they cost no requests before the first paint. They carry the page's nonce.
		inlineStyleThreshold: 30_000,
		// The guard answers with another page under the refused address: its assets must not be looked for below that.
		paths: { relative: false },
		// The origin check lives in src/hooks.server.ts: it also looks at Sec-Fetch-Site, and leaves systems that come with a token to
		// their interface, which answers in its own form.
		csrf: { trustedOrigins: ['*'] },
		csp: {
			mode: 'nonce',
			directives: {
				'default-src': ['none'],
				'script-src': ['self'],
				'style-src': ['self'],
				// Svelte's `style:` directives and chart tooltips write style attributes; no style elements are allowed.
				'style-src-attr': ['unsafe-inline'],
				'img-src': ['self', 'data:'],
				'font-src': ['self'],
				'connect-src': ['self'],
				'form-action': ['self'],
				'frame-ancestors': ['none'],
				'base-uri': ['none'],
				'manifest-src': ['self']
			}
		}
	}
};
