import { describe, expect, test } from 'vitest';
import { readSettings } from '#lib/settings/settings.ts';

test('has a default for everything', () => {
	const result = readSettings({});
	expect(result).toEqual({
		ok: true,
		settings: {
			port: 3000,
			host: '127.0.0.1',
			origin: null,
			databaseUrl: null,
			dataDir: '.data',
			demo: true,
			demoPassword: null,
			logLevel: 'info',
			metricsToken: null,
			bodySizeLimit: '512M',
			diskStop: 2 * 1024 ** 3,
			diskTell: 10 * 1024 ** 3,
			backupDir: null,
			backupKeep: 14,
			outbox: [],
			inboxDir: null,
			exchangeUrls: {}
		}
	});
	expect(readSettings({ PORT: '', DEMO: ' ', DATABASE_URL: '' })).toEqual(result);
});

describe('names the variable that is wrong', () => {
	const cases: readonly [variable: string, value: string][] = [
		['PORT', 'abc'],
		['PORT', '0'],
		['PORT', '65536'],
		['PORT', '3000.5'],
		['HOST', 'a b'],
		['ORIGIN', 'qianshao.example'],
		['ORIGIN', 'https://qianshao.example/path'],
		['DATABASE_URL', 'mysql://x/y'],
		['DATABASE_URL', 'postgres://host'],
		['DEMO', 'maybe'],
		['DEMO_PASSWORD', 'short'],
		['METRICS_TOKEN', 'short'],
		['LOG_LEVEL', 'loud'],
		['BODY_SIZE_LIMIT', 'much'],
		['DISK_STOP', '2 GB'],
		['DISK_TELL', '-1'],
		['BACKUP_KEEP', '0'],
		['OUTBOX_DATASETS', 'classes,scores'],
		['EXCHANGE_URL_PERMITS', 'mysql://somewhere/db']
	];
	for (const [variable, value] of cases) {
		test(`${variable}=${value}`, () => {
			expect(readSettings({ [variable]: value })).toMatchObject({ ok: false, variable, reason: expect.stringMatching(/^must /) });
		});
	}
});

test('never repeats what may hold a password', () => {
	const result = readSettings({ DATABASE_URL: 'pg://me:geheim@host/x' });
	expect(JSON.stringify(result)).not.toContain('geheim');
});

test('takes good values as they are', () => {
	const environment = {
		PORT: '8080',
		HOST: '0.0.0.0',
		ORIGIN: 'https://qianshao.example/',
		DATABASE_URL: 'postgresql://a:b@c:5432/d',
		DEMO: 'OFF',
		LOG_LEVEL: 'Warn',
		DISK_STOP: '512m',
		OUTBOX_DATASETS: 'results, classes'
	};
	expect(readSettings(environment)).toMatchObject({
		ok: true,
		settings: { port: 8080, host: '0.0.0.0', origin: 'https://qianshao.example', demo: false, logLevel: 'warn', diskStop: 512 * 1024 ** 2, outbox: ['classes', 'results'] }
	});
});
