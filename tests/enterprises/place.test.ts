import { describe, expect, it } from 'vitest';
import { placeOf, settledKind } from '#lib/enterprises/place.ts';

describe('the place of an address', () => {
	it.each([
		['3201:江宁区:天元路3号天元大厦2幢1201', '', '天元路3号天元大厦2幢', '1201', 'tower'],
		['3201:江宁区:科技园A幢1201-35', '', '科技园A幢', '1201-35', 'park'],
		['3201:江宁区:秣周路9号孵化器3层工位-12', '', '秣周路9号孵化器', '3层工位-12', 'park'],
		['3201:江宁区:秣周路9号孵化器3层工位13号', '', '秣周路9号孵化器', '3层工位13号', 'park'],
		['3201:江宁区:商务秘书托管区A-1035', '', '商务秘书托管区', 'A-1035', 'cluster'],
		['3201:江宁区:中山路1号', '江宁区中山路1号(集群登记)', '中山路1号', null, 'cluster'],
		['3201:江宁区:步行街B区12号铺', '', '步行街B区', '12号铺', 'market'],
		['3201:江宁区:建材市场3区108号', '', '建材市场3区', '108号', 'market'],
		['3201:江宁区:光明村三组15号', '', '光明村三组15号', null, 'village'],
		['3201:江宁区:人民路12号', '', '人民路12号', null, 'house'],
		['3201:江宁区:和平路66号201', '', '和平路66号', '201', 'house']
	])('%s', (key, written, place, unit, kind) => {
		expect(placeOf(key, written === '' ? key : written)).toEqual({ key: `3201:江宁区:${place}`, unit, kind });
	});

	it('is never only a city and a county', () => {
		expect(placeOf('3201:江宁区:12号', '12号').key).toBe('3201:江宁区:12号');
	});

	it('by what it did: a house number that registers all year is a tower, a market or a registration address', () => {
		const year = { registrations: 40, quarters: 4, units: 35, industries: 9, gone: 0.1 };
		expect(settledKind('house', year)).toBe('tower');
		expect(settledKind('house', { ...year, industries: 2 })).toBe('market');
		expect(settledKind('house', { ...year, units: 1 })).toBe('cluster');
		expect(settledKind('house', { ...year, quarters: 1 })).toBe('house');
		expect(settledKind('house', { ...year, registrations: 8 })).toBe('house');
		expect(settledKind('village', { ...year, gone: 0.7 })).toBe('village');
		expect(settledKind('park', { ...year, units: 1 })).toBe('park');
	});
});
