import { describe, expect, it } from 'vitest';
import { passwordFault } from '#lib/access/password-rules.ts';
import { hashPassword, temporaryPassword, verifyPassword } from '#lib/access/passwords.server.ts';

describe('password rules', () => {
	const cases = [
		['Kite7-blue-river', null],
		['春江花月夜Abc123', null],
		['Ab1-x', 'too-short'],
		['abcdefghijkl', 'too-simple'],
		['Abcdefghijkl', 'too-simple'],
		['Wang.lei-2025x', 'contains-name'],
		['Aa1Aa1Aa1Aa1', 'repeated'],
		['Password2025!', 'too-common'],
		['Admin@123456', 'too-common'],
		[`Aa1-${'xyz'.repeat(60)}`, 'too-long']
	] as const;
	for (const [password, fault] of cases) {
		it(`${fault ?? 'takes'}: ${password.slice(0, 20)}`, () => {
			expect(passwordFault(password, 'wang.lei')).toBe(fault);
		});
	}

	it('makes temporary passwords that keep its own rules', () => {
		for (let i = 0; i < 200; i++) expect(passwordFault(temporaryPassword(), 'wang.lei')).toBeNull();
	});
});

describe('password hashes', () => {
	it('are Argon2id and know the password, however its characters were composed', async () => {
		const stored = await hashPassword('Café-2025-harbour');
		expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
		expect(await verifyPassword(stored, 'Cafe\u0301-2025-harbour')).toBe(true);
		expect(await verifyPassword(stored, 'Cafe-2025-harbour')).toBe(false);
	});

	it('are never right for an account that does not exist', async () => {
		expect(await verifyPassword(null, '')).toBe(false);
	});
});
