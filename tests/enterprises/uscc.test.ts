import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkCharacter, isUscc, normaliseUscc, registeringRegion, usccFault } from '#lib/enterprises/uscc.ts';

const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const body = fc
	.tuple(
		fc.string({ unit: fc.constantFrom(...alphabet), minLength: 2, maxLength: 2 }),
		fc.integer({ min: 0, max: 999_999 }),
		fc.string({ unit: fc.constantFrom(...alphabet), minLength: 9, maxLength: 9 })
	)
	.map(([head, region, tail]) => head + String(region).padStart(6, '0') + tail);

describe('the unified social credit code (GB 32100-2015)', () => {
	// Published codes of well-known bodies.
	it.each(['91110000802100433B', '91440300708461136T', '91330100799655058B'])('accepts %s', (code) => {
		expect(usccFault(code)).toBeNull();
	});

	it('accepts every code with its check character, and no other in its place', () => {
		fc.assert(
			fc.property(body, fc.constantFrom(...alphabet), (first, other) => {
				const right = checkCharacter(first);
				expect(isUscc(first + right)).toBe(true);
				expect(isUscc(first + other)).toBe(other === right);
			})
		);
	});

	it('notices every single wrong character and every two neighbours exchanged', () => {
		fc.assert(
			fc.property(body, fc.nat(16), fc.constantFrom(...'0123456789'), (first, at, digit) => {
				const code = first + checkCharacter(first);
				const wrong = code.slice(0, at) + digit + code.slice(at + 1);
				if (wrong !== code) expect(isUscc(wrong)).toBe(false);
				const swapped = code.slice(0, at) + code[at + 1] + code[at] + code.slice(at + 2);
				if (swapped !== code && at < 16) expect(isUscc(swapped)).toBe(false);
			})
		);
	});

	it('says what is wrong', () => {
		expect(usccFault('320412000123456')).toBe('length');
		expect(usccFault('')).toBe('length');
		expect(usccFault('91320412MAOAAAAA1X')).toBe('characters');
		expect(usccFault('9132O412MA1AAAAA1X')).toBe('characters');
		expect(usccFault('913A0412MA1AAAAA1X')).toBe('region');
	});

	it('cleans what sources add', () => {
		expect(normaliseUscc(" 91110000 8021-00433b'")).toBe('91110000802100433B');
		expect(normaliseUscc('９１１１００００８０２１００４３３Ｂ')).toBe('91110000802100433B');
		expect(registeringRegion('91320382MA1UUP3150')).toBe('320382');
	});
});
