import { describe, expect, it } from 'vitest';
import { personKey } from '#lib/enterprises/person.ts';
import { phoneKey } from '#lib/enterprises/phone.ts';

describe('the telephone key', () => {
	it.each([
		['+86 139-0518-1234', '13905181234'],
		['8613905181234', '13905181234'],
		['（０２５）８３６１１２３４', '02583611234'],
		['0519-8123456转801', '05198123456'],
		['400-810-1234', '4008101234']
	])('of %s is %s', (text, key) => expect(phoneKey(text)).toBe(key));

	it.each(['', '-', '13800000000', '11111111111', '12345678901', '83611234', '138'])('of %j is none', (text) => {
		expect(phoneKey(text)).toBeNull();
	});
});

describe('the person key', () => {
	it('knows an identified person everywhere and keeps the identifier to itself', () => {
		const key = personKey('32010219800101001x', '张伟', '320102');
		expect(key).toBe(personKey(' 32010219800101001X', null, '110000'));
		expect(key).not.toContain('19800101');
	});
	it('takes the same name in one city for one person, in two cities for two', () => {
		expect(personKey(null, '张 伟', '320102')).toBe(personKey(null, '张伟', '320115'));
		expect(personKey(null, '张伟', '320102')).not.toBe(personKey(null, '张伟', '320302'));
	});
	it.each(['', '张', '匿名', '无', '张*', '李某', '王先生', 'N/A'])('is none for %j', (name) => {
		expect(personKey(null, name, '320102')).toBeNull();
	});
});
