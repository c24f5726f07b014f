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
			exchangeUrls: {},
			smtp: null
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
		['EXCHANGE_URL_PERMITS', 'mysql://somewhere/db'],
		['SMTP_URL', 'mail.example:25'],
		['SMTP_URL', 'smtp://mail.example/inbox']
	];
	for (const [variable, value] of cases) {
		test(`${variable}=${value}`, () => {
			expect(readSettings({ [variable]: value })).toMatchObject({ ok: false, variable, reason: expect.stringMatching(/^must /) });
		});
	}
});

test('never repeats what may hold a password', () => {
	for (const bad of [{ DATABASE_URL: 'pg://me:geheim@host/x' }, { SMTP_URL: 'http://me:geheim@host' }, { SMTP_URL: 'smtp://me:%geheim@host', SMTP_FROM: 'a@b.example' }]) {
		const result = readSettings(bad);
		expect(result.ok).toBe(false);
		expect(JSON.stringify(result)).not.toContain('geheim');
	}
});

test('a mail server needs an address that letters come from, one that can hold nothing else', () => {
	const url = 'smtp://u%40x:p%3Aw@mail.office.example';
	expect(readSettings({ SMTP_URL: url })).toMatchObject({ ok: false, variable: 'SMTP_FROM' });
	for (const from of ['nobody', 'a@b.example\nBcc: c@d.example', 'A <a@b.example>', 'a@b.example, c@d.example']) {
		expect(readSettings({ SMTP_URL: url, SMTP_FROM: from })).toMatchObject({ ok: false, variable: 'SMTP_FROM' });
	}
	const smtp = (SMTP_URL: string) => {
		const result = readSettings({ SMTP_URL, SMTP_FROM: 'Qianshao@Office.Example' });
		return result.ok ? result.settings.smtp : null;
	};
	expect(smtp(url)).toEqual({ host: 'mail.office.example', port: 587, secure: false, user: 'u@x', password: 'p:w', from: 'Qianshao@office.example' });
	expect(smtp('smtps://Mail.Office.Example')).toMatchObject({ host: 'mail.office.example', port: 465, secure: true, user: null, password: null });
	expect(smtp('smtp://127.0.0.1:2525')).toMatchObject({ host: '127.0.0.1', port: 2525 });
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
