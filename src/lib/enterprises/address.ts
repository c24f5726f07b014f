import type { RegionTree } from '#lib/regions/tree.ts';

/** Makes keys of addresses: the same place written in two ways has one key; null where the text names no place. */
export type AddressKey = (address: string, regionCode: string) => string | null;

/** Names of a region as addresses begin with them, longest first. */
type Names = readonly { readonly text: string; readonly county: string; readonly short: boolean }[];

/**
 * Binds the address key to the divisions.
 *
 * The key is `<city's four digits>:<county's name>:<rest>`. 省市区 in front are taken away and the county's name put in their place
 * (from the text where it names one of the city's counties, else from the region), so that `江苏省南京市江宁区天元路3号楼502室`,
 * `江宁区天元路３号楼５０２` and `天元路3幢502` registered in 江宁区 share one key. Street and room stay apart: two rooms are two keys.
 */
export function makeAddressKey(regions: RegionTree): AddressKey {
	const byCity = new Map<string, Names>();
	const cityNames = new Map<string, readonly string[]>();
	const provinceNames = new Map<string, readonly string[]>();

	return (address, regionCode) => {
		let text = canonical(address);
		if (isNoAddress(text)) return null;
		const [province, city] = [regionCode.slice(0, 2), regionCode.slice(0, 4)];
		text = withoutPrefix(text, provinces(province));
		text = withoutPrefix(text, cities(city));
		let county = regionCode.endsWith('00') ? '' : divisionName(regionCode);
		// Twice: 徐州市丰县, and 江宁区江宁经济开发区 where the short name repeats the county.
		for (const name of counties(city)) {
			if (!text.startsWith(name.text)) continue;
			const rest = text.slice(name.text.length);
			// 江宁路5号 stands in any district: a short name counts only where no street follows.
			if (name.short && /^(东|西|南|北|中)?(路|街|大街|大道|巷|道|弄|里|村|镇|乡|桥|广场|大厦)/.test(rest)) continue;
			county = name.county;
			text = rest;
			break;
		}
		const place = canonicalPlace(text);
		return place === '' ? null : `${city}:${county}:${place}`;
	};

	function divisionName(code: string): string {
		const region = regions.get(code);
		return region?.kind === 'division' ? region.name : '';
	}

	function provinces(prefix: string): readonly string[] {
		return cached(provinceNames, prefix, () => {
			const name = regions.get(`${prefix}0000`)?.name;
			return name === undefined ? [] : [name, name.replace(/(省|市|壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区)$/, '省')];
		});
	}

	function cities(prefix: string): readonly string[] {
		return cached(cityNames, prefix, () => {
			const city = regions.get(`${prefix}00`);
			if (city === undefined) return ['市辖区'];
			// A municipality's own name stands in front of its districts.
			return city.kind === 'placeholder' ? [regions.get(`${prefix.slice(0, 2)}0000`)?.name ?? '', city.name] : [city.name];
		});
	}

	function counties(prefix: string): Names {
		return cached(byCity, prefix, () => {
			const found = regions.all.filter((region) => region.level === 'county' && region.kind === 'division' && region.code.startsWith(prefix));
			const full = found.map(({ name }) => ({ text: name, county: name, short: false }));
			const short = found
				.map(({ name }) => ({ text: name.replace(/(区|县|市)$/, ''), county: name, short: true }))
				.filter(({ text }) => text.length >= 2);
			return [...full, ...short].sort((a, b) => b.text.length - a.text.length);
		});
	}
}

function cached<T>(map: Map<string, T>, key: string, make: () => T): T {
	let value = map.get(key);
	if (value === undefined) map.set(key, (value = make()));
	return value;
}

function withoutPrefix(text: string, names: readonly string[]): string {
	for (const name of names) if (name !== '' && text.startsWith(name)) return text.slice(name.length);
	return text;
}

const annotations = /\((?:集群登记|集群注册|一址多照|一照多址|自主申报|住所申报|申报承诺|限办公|仅限办公[^)]*|经营场所[^)]*|注册地址|托管[^)]*)\)/g;

/** Full width to half width, brackets, blanks and stops taken away, dashes made one. */
function canonical(text: string): string {
	return text
		.normalize('NFKC')
		.toUpperCase()
		.replace(/[〔〈《【[{]/g, '(')
		.replace(/[〕〉》】\]}]/g, ')')
		.replace(/\s+/g, '')
		.replace(annotations, '')
		.replace(/[()"'“”‘’。.,、;:·]/g, '')
		.replace(/[‐‑‒–—―~_至]+/g, '-')
		.replace(/-+/g, '-');
}

function isNoAddress(text: string): boolean {
	return text.length < 2 || /^(N\/A|NULL|NONE|无|不详|未知|暂无|同上|[-/*]+|0+)$/.test(text);
}

/** 号楼/幢/栋/座, 单元, 层/楼 and 室/房 in one way of writing; the sub-district in front of a street and its number goes. */
function canonicalPlace(text: string): string {
	return (
		text
			.replace(/^(?:[^0-9]{1,8}?街道)(?:办事处)?(?=[^0-9]{1,12}(?:路|街|大道|巷|弄|道)[0-9]+)/, '')
			.replace(/([0-9A-Z]+)(?:号楼|#楼|号栋|号幢|号座|#|幢|栋|座)(?!-?$)/g, '$1幢')
			.replace(/([0-9A-Z]+)(?:号楼|#楼|号栋|号幢|号座|#|幢|栋|座)$/g, '$1幢')
			.replace(/([0-9]+)楼/g, '$1层')
			.replace(/(?<=[幢层0-9])第?([0-9]+)单元/g, '$1单元')
			.replace(/([0-9A-Z-]+)(?:号房|房间|号室|房|室)/g, '$1室')
			// Only the last room may stand without its word.
			.replace(/室$/, '')
			.replace(/幢-/g, '幢')
			.replace(/^-|-$/g, '')
	);
}
