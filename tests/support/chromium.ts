import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright';

const systemBrowsers = [
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/usr/bin/google-chrome-stable',
	'/snap/bin/chromium',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'/Applications/Chromium.app/Contents/MacOS/Chromium'
];
const installMinutes = 8;
const asRoot = process.getuid?.() === 0;

/** Chromium's sandbox refuses to run as root. */
export const launchArguments = asRoot ? ['--no-sandbox'] : [];

/** The browsers that are here, the preferred first; '' is Playwright's own. */
export function presentBrowsers(): string[] {
	return [existsSync(chromium.executablePath()) ? '' : null, ...systemBrowsers.filter((file) => existsSync(file))].filter(
		(browser) => browser !== null
	);
}

export type FoundBrowser = { readonly ok: true; readonly path: string } | { readonly ok: false; readonly reason: string };

/** Finds a Chromium that really starts here, installing one if need be and possible. */
export async function findChromium(log: (line: string) => void): Promise<FoundBrowser> {
	const failures: string[] = [];
	const attempts: (() => void)[] = [
		() => undefined,
		() => {
			log('no Chromium here: asking Playwright to install its own');
			run(process.execPath, ['node_modules/playwright/cli.js', 'install', 'chromium'], failures);
		},
		() => {
			if (!asRoot || !existsSync('/usr/bin/apt-get')) return;
			log('installing Chromium by the system’s package manager');
			run('apt-get', ['update', '-q'], failures);
			run('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], failures);
		}
	];
	for (const attempt of attempts) {
		attempt();
		for (const path of presentBrowsers()) {
			const failure = await tryLaunch(path);
			if (failure === null) return { ok: true, path };
			failures.push(`${path || 'Playwright’s Chromium'}: ${failure}`);
		}
	}
	const reason = `No Chromium can be had for the browser tests. Install one ("npx playwright install --with-deps chromium", or the system's package) and run again.`;
	return { ok: false, reason: [reason, ...new Set(failures)].join('\n  ') };
}

/** Without a Chinese font screenshots are boxes. Helps if it can, and never fails. */
export function ensureChineseFont(log: (line: string) => void): void {
	const list = spawnSync('fc-list', [':lang=zh', 'family'], { encoding: 'utf8' });
	if (list.status === 0 && list.stdout.trim() !== '') return;
	const failures: string[] = [];
	if (asRoot && existsSync('/usr/bin/apt-get')) {
		log('no Chinese font here: installing fonts-noto-cjk');
		run('apt-get', ['update', '-q'], failures);
		run('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'fonts-noto-cjk'], failures);
		if (failures.length === 0) return;
	}
	log('no Chinese font here: browser tests run all the same, but their screenshots show boxes');
}

/** Null when the browser opens a page. */
async function tryLaunch(path: string): Promise<string | null> {
	try {
		const browser = await chromium.launch({ executablePath: path || undefined, args: launchArguments, timeout: 60_000 });
		await browser.newPage().then((page) => page.close());
		await browser.close();
		return null;
	} catch (error) {
		return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? 'unknown';
	}
}

function run(program: string, args: readonly string[], failures: string[]): void {
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
	const result = spawnSync(program, [...args], { encoding: 'utf8', timeout: installMinutes * 60_000, env });
	if (result.status === 0) return;
	const last = `${result.stderr ?? ''}`.trim().split('\n').slice(-1)[0];
	failures.push(`${program} ${args.join(' ')}: ${result.error?.message ?? last ?? result.status}`);
}
