import fc from 'fast-check';
import MailComposer from 'nodemailer/lib/mail-composer';
import { expect, test } from 'vitest';
import { readAddress, readHost } from '#lib/notices/address.ts';
import { objectOf, pathOf } from '#lib/notices/link.ts';
import { noticeLetter, toldOf } from '#lib/notices/letter.ts';
import { publicOrigin } from '#lib/notices/origin.ts';
import { signedHeaders } from '#lib/notices/signature.ts';

const good = ['zhang@office.example', 'a.b+c@x-y.gov.cn', "o'neil@Office.EXAMPLE", 'a@localhost', ' li@office.test '];
const bad = [
	'', 'zhang', '@office.test', 'zhang@', 'a@b@c.test', 'a b@c.test', '"a b"@c.test', 'A <a@b.test>', 'a@b.test, c@d.test', 'a@b.test;c@d.test', 'a@b.test\nBcc: c@d.test',
	'a@b.test\r\nDATA', 'a\u0000@b.test', '.a@b.test', 'a..b@c.test', 'a@-b.test', 'a@b-.test', 'a@b..test', 'a@[127.0.0.1]', 'a@127.0.0.1', 'a@0', 'a@0x7f', 'a@1.2', '张@office.test', 'a@办公室.test',
	`${'a'.repeat(65)}@b.test`, `a@${'b'.repeat(64)}.test`, `a@${'b.'.repeat(130)}test`
];
test.each(good)('%j is an address', (text) => expect(readAddress(text)).not.toBeNull());
test.each(bad)('%j is none', (text) => expect(readAddress(text)).toBeNull());

test('whatever text is taken for an address makes one recipient and no header', async () => {
	await fc.assert(
		fc.asyncProperty(fc.oneof(fc.emailAddress(), fc.string(), fc.tuple(fc.constantFrom('0', '1.2', '0x7f', 'a.0', 'xn--a', '1e3'), fc.emailAddress()).map(([domain, a]) => `${a.split('@')[0]!}@${domain}`), fc.tuple(fc.emailAddress(), fc.string()).map(([a, b]) => a + b)), async (text) => {
			const read = readAddress(text);
			if (read === null) return;
			const composed = new MailComposer({ from: 'a@b.test', to: { name: '', address: read.address }, subject: 'x', text: 'y' }).compile();
			expect(composed.getEnvelope().to).toEqual([read.address]);
			const head = (await composed.build()).toString().split('\r\n\r\n')[0]!.replace(/\r\n[ \t]/g, '');
			expect(head.split('\r\n').filter((line) => /^(to|cc|bcc)\s*:/i.test(line))).toHaveLength(1);
		}),
		{ numRuns: 500 }
	);
});

test.each([
	['smtp.office.example', 'smtp.office.example'], ['SMTP.Office.Example.', 'smtp.office.example'], ['10.1.2.3', '10.1.2.3'], ['::1', '[::1]'], ['[::1]', '[::1]'],
	['办公室.test', 'xn--55qx2ab2r.test']
])('the host %j is %j', (text, host) => expect(readHost(text)).toBe(host));
test.each(['', 'https://x.test', 'x.test:25', 'x.test/path', 'user@x.test', 'a b', 'x.test?y', '[::1]:25', '*.office.test'])('%j is no host', (text) => expect(readHost(text)).toBeNull());

test('each object has a page of its own, which is known again when it is opened', () => {
	for (const objectKind of ['warning', 'incident', 'disposal', 'warnings', 'sampling_plan', 'campaign', 'sampling_task', 'lead_check', 'own_task', 'own_lead_check'] as const) {
		const told = { objectKind, objectId: 'f08bbf24-5836' };
		expect(objectOf(new URL(pathOf(told), 'http://x'))).toEqual(told);
	}
	for (const path of ['/warnings', '/notices', '/enterprises/1', '/warnings/a/b/c']) expect(objectOf(new URL(path, 'http://x'))).toBeNull();
});

test('several notices of one thing are one line, and a long letter says how many more there are', () => {
	const one = { objectKind: 'warning' as const, objectId: 'w1', number: '2026-000001' };
	expect(toldOf('https://q.test', [one, one, { ...one, objectId: 'w2', number: '2026-000002' }])).toHaveLength(2);
	const many = toldOf('https://q.test', Array.from({ length: 60 }, (_, n) => ({ ...one, objectId: `w${n}`, number: `2026-0000${n}` })));
	const { subject, text } = noticeLetter(many, 'https://q.test', 'en');
	expect(subject).toBe('Qianshao: items that need you: 60');
	expect(text.match(/^No\. /gm)).toHaveLength(50);
	expect(text).toContain('10 more');
});

test('links lead to ORIGIN, else to this machine', () => {
	expect(publicOrigin({ origin: 'https://q.example', host: '0.0.0.0', port: 3000 })).toBe('https://q.example');
	expect(publicOrigin({ origin: null, host: '0.0.0.0', port: 3000 })).toBe('http://127.0.0.1:3000');
	expect(publicOrigin({ origin: null, host: '::1', port: 80 })).toBe('http://[::1]:80');
});

// The example of the Standard Webhooks specification's reference libraries.
test('signs as Standard Webhooks does', () => {
	const at = new Date(1_614_265_330_000);
	expect(signedHeaders('msg_p5jXN8AQM9LWM0D4loKWxJek', at, '{"test": 2432232314}', ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'])).toEqual({
		'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek', 'webhook-timestamp': '1614265330', 'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
	});
});
