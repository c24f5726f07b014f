import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from '@playwright/test';
import { demoPassword, smtpPort } from './tests/browser/support/demo.ts';
import { launchArguments, presentBrowsers } from './tests/support/chromium.ts';

/** `npm test` names what it found; by hand, the first browser that is here. */
const executablePath = (process.env['QIANSHAO_CHROMIUM'] ?? presentBrowsers()[0]) || undefined;
const port = Number(process.env['QIANSHAO_BROWSER_PORT'] ?? 3917);
/** `QIANSHAO_BROWSER_URL=http://… npx playwright test` tries a server that runs already (its DEMO_PASSWORD must be the tests'). */
const running = process.env['QIANSHAO_BROWSER_URL'];

/** Made once, by the process that starts the server; the test processes inherit it. */
function dataDir(): string {
	const inherited = process.env['QIANSHAO_BROWSER_DATA'];
	if (inherited) return inherited;
	const made = mkdtempSync(join(tmpdir(), 'qianshao-browser-'));
	// Started by root, the database is another user's.
	chmodSync(made, 0o755);
	process.env['QIANSHAO_BROWSER_DATA'] = made;
	process.on('exit', () => rmSync(made, { recursive: true, force: true }));
	return made;
}

export default defineConfig({
	testDir: 'tests/browser',
	testMatch: '**/*.spec.ts',
	fullyParallel: false,
	workers: 2,
	forbidOnly: process.env['CI'] !== undefined,
	timeout: 60_000,
	expect: { timeout: 10_000 },
	outputDir: 'test-results',
	reporter: [['list'], ['json', { outputFile: 'test-results/browser.json' }]],
	use: {
		baseURL: running ?? `http://127.0.0.1:${port}`,
		viewport: { width: 1366, height: 768 },
		locale: 'zh-CN',
		timezoneId: 'Asia/Shanghai',
		screenshot: 'only-on-failure',
		// A trace is written of every test, also of those that pass: only where it is asked for.
		trace: process.env['QIANSHAO_TRACE'] ? 'retain-on-failure' : 'off',
		launchOptions: { executablePath, args: launchArguments }
	},
	// As a new user would start it, with a jurisdiction of its own.
	...(running === undefined && {
		webServer: {
			command: 'npm start',
			url: `http://127.0.0.1:${port}/readyz`,
			timeout: 360_000,
			stdout: 'pipe' as const,
			gracefulShutdown: { signal: 'SIGTERM' as const, timeout: 15_000 },
			env: {
				PORT: String(port),
				HOST: '127.0.0.1',
				DATA_DIR: dataDir(),
				DATABASE_URL: '',
				ORIGIN: '',
				DEMO: 'on',
				DEMO_PASSWORD: demoPassword,
				SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
				SMTP_FROM: 'qianshao@office.test'
			}
		}
	})
});
