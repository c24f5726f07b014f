import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readReference } from '#db/reference/read.ts';
import { makeAddressKey } from '#lib/enterprises/address.ts';
import { regionTree, type RegionKind, type RegionLevel } from '#lib/regions/tree.ts';

const tree = regionTree(
	readReference('regions').map((row) => ({
		code: row['code']!, name: row['name']!, level: row['level'] as RegionLevel, kind: row['kind'] as RegionKind,
		parentCode: row['parent_code'] || null, longitude: null, latitude: null
	}))
);
const key = makeAddressKey(tree);

describe('the address key', () => {
	it.each([
		['full and half width', ['南京市玄武区中山东路147号大行宫大厦9层（905-908）', '南京市玄武区中山东路147号大行宫大厦9层(905-908)', '玄武区中山东路１４７号大行宫大厦９层 905－908'], '320102'],
		['provinces, cities and districts in front', ['江苏省南京市江宁区秣周东路12号', '南京市江宁区秣周东路12号', '江宁区秣周东路12号', '秣周东路12号'], '320115'],
		['the sub-district before a street and number', ['南京市江宁区秣陵街道秣周东路12号', '南京市江宁区秣周东路12号'], '320115'],
		['a short name of the district', ['南京市江宁滨江经济开发区盛安大道739号', '南京市江宁区滨江经济开发区盛安大道739号'], '320115'],
		['buildings', ['徐州市鼓楼区民主路8号3号楼502室', '徐州市鼓楼区民主路8号3幢502室', '鼓楼区民主路8号3栋502', '鼓楼区民主路8号3座502房', '鼓楼区民主路8号3#楼502号房'], '320302'],
		['blanks and brackets', ['徐州市 丰县 师寨镇工业园区', '徐州市丰县（师寨镇）工业园区'], '320321'],
		['notes that name no place', ['苏州市姑苏区人民路1号（集群登记）', '苏州市姑苏区人民路1号'], '320508'],
		['county-level cities with and without the city above', ['兴化市缸顾乡缸顾村', '泰州市兴化市缸顾乡缸顾村'], '321281']
	])('is the same for %s', (_, variants, region) => {
		const keys = new Set(variants.map((text) => key(text, region)));
		expect([...keys]).toHaveLength(1);
		expect(keys.has(null)).toBe(false);
	});

	it('takes the district from the text where the code is a zone or has fallen back to the city', () => {
		expect(key('南京市江宁区秣周东路12号', '320100')).toBe(key('秣周东路12号', '320115'));
	});

	it.each([
		['两个房间', '玄武区中山路1号501室', '玄武区中山路1号502室'],
		['两幢楼', '玄武区中山路1号1幢501室', '玄武区中山路1号11幢501室'],
		['幢与层', '玄武区中山路1号2幢', '玄武区中山路1号2层'],
		['号与弄', '玄武区中山路12号', '玄武区中山路1号2']
	])('tells apart: %s', (_, a, b) => {
		expect(key(a, '320102')).not.toBe(key(b, '320102'));
	});

	it('tells the same street of two districts apart', () => {
		expect(key('建设路1号', '320412')).not.toBe(key('建设路1号', '320411'));
	});

	it('does not take a street for a district of the same name', () => {
		expect(key('南京市江宁路5号', '320106')).toBe('3201:鼓楼区:江宁路5号');
	});

	it.each(['N/A', '-', '', ' ', '无', '/', '不详', '苏州市姑苏区', '江苏省苏州市'])('has none for %j', (text) => {
		expect(key(text, '320508')).toBeNull();
	});

	it('never throws, and does not depend on width or blanks', () => {
		fc.assert(
			fc.property(fc.string({ unit: fc.constantFrom(...'江宁区天元路幢栋号楼室房层单元123456ABC（）()-—　 ') }), (text) => {
				const plain = key(text, '320115');
				const wide = text.replace(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0));
				expect(key(wide, '320115')).toBe(plain);
				expect(key([...text].join(' '), '320115')).toBe(plain);
			})
		);
	});
});
