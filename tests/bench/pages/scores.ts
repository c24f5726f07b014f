import lighthouse, { desktopConfig } from 'lighthouse';
import { chromium } from 'playwright';
import { launchArguments } from '../../support/chromium.ts';
import { freePort } from '../product.ts';
import { asBrowserCookie, type BenchRole } from './accounts.ts';

const categories = ['performance', 'accessibility', 'best-practices'] as const;

export type Scores = Readonly<Record<(typeof categories)[number], number>> & { readonly lacking: readonly string[] };

/** What Lighthouse says of pages as an office's desktop shows them (0 to 100), and which audits fell short. */
export async function score(
	executablePath: string | undefined, url: string, pages: readonly { readonly role: BenchRole; readonly path: string }[], sessionOf: (role: BenchRole) => Promise<string>,
	each: (path: string, scores: Scores) => void
): Promise<void> {
	const port = await freePort();
	// Lighthouse looks by the browser's own protocol, into the context that the browser itself begins with.
	const browser = await chromium.launchPersistentContext('', { executablePath, viewport: null, args: [...launchArguments, '--disable-background-networking', `--remote-debugging-port=${port}`] });
	try {
		let signedIn: BenchRole | null = null;
		for (const { role, path } of pages) {
			if (signedIn !== role) await browser.addCookies([asBrowserCookie(await sessionOf(role), url)]);
			signedIn = role;
			const result = await lighthouse(url + path, { port, output: 'json', onlyCategories: [...categories], disableStorageReset: true, logLevel: 'error' }, desktopConfig);
			if (result === undefined) throw new Error(`Lighthouse says nothing of ${path}`);
			const { lhr } = result;
			if (new URL(lhr.finalDisplayedUrl).pathname !== new URL(url + path).pathname) throw new Error(`${path} led to ${lhr.finalDisplayedUrl}`);
			const counted = categories.flatMap((category) => lhr.categories[category]!.auditRefs).filter((ref) => ref.weight > 0).map((ref) => lhr.audits[ref.id]!);
			const of = (category: (typeof categories)[number]) => Math.round((lhr.categories[category]!.score ?? 0) * 100);
			each(path, {
				performance: of('performance'), accessibility: of('accessibility'), 'best-practices': of('best-practices'),
				lacking: counted.filter((audit) => audit.score !== null && audit.score < 0.9).map((audit) => `${audit.id} ${audit.displayValue ?? audit.score}`)
			});
		}
	} finally {
		await browser.close();
	}
}
