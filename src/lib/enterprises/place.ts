/** What sort of place an address is: strangers meet in all but the last two. */
export type PlaceKind = 'cluster' | 'park' | 'market' | 'tower' | 'village' | 'house';

/** A place, and the unit of it that an address names. */
export type Place = {
	/** Key of the building or of the whole, without room and cubicle. */
	readonly key: string;
	/** What is left of the address: `1201-35`, `3层工位12`; null when it names the place as a whole. */
	readonly unit: string | null;
	readonly kind: PlaceKind;
};

/** Raised when the rules below change: places found by older ones are found anew. */
export const placeRules = 1;

const desk = '工位|卡位|席位|托管席|虚拟席|办公位|办公桌|格子间|卡座|集群号|托管号|信箱';
const room = '室|房|商铺|铺面|铺位|门面|店面|门市|铺|摊位|摊|柜台|柜|档口|档|车库|仓库|厂房';
/** Taken away from the end, again and again: desk, room, floor and entrance, and a bare number behind a building. */
const units = [
	new RegExp(`(?:第)?(?:${desk})(?:号|-)*[0-9A-Z-]*号?$`),
	new RegExp(`第?[0-9A-Z-]+号?(?:${desk}|${room})$`),
	/(?:第)?(?:负|B|地下)?[0-9A-Z一二三四五六七八九十]+(?:层|单元)(?:[东西南北中]+侧|整层|部分)?$/,
	/(?<=[幢层区元])-?[0-9A-Z-]*[0-9][0-9A-Z-]*号?$/,
	/(?<=大厦|中心|广场|大楼|商厦|公寓|花园|花苑|小区|园|城|市场|基地|空间|港|坊|汇|谷|座)-?[0-9A-Z]*[0-9][0-9A-Z-]*号?$/,
	/(?<=号)-?[0-9A-Z]*[0-9][0-9A-Z-]*$/,
	// A座1201-35 where the building has no word of its own: three digits and a desk.
	/(?<=[0-9])-[0-9]{1,4}$/
];

/**
 * Splits an address key (`makeAddressKey`) into place and unit, and says what sort of place the words name.
 *
 * @param written the address as registered: notes like (集群登记) are in it, not in the key.
 */
export function placeOf(key: string, written: string): Place {
	let whole = key;
	for (let again = true; again;) {
		again = false;
		for (const unit of units) {
			const shorter = whole.replace(unit, '').replace(/[-]+$/, '');
			// City and county alone are no place.
			if (shorter === whole || shorter.slice(shorter.lastIndexOf(':') + 1).length < 2) continue;
			whole = shorter;
			again = true;
		}
	}
	const unit = key.slice(whole.length).replace(/^-/, '');
	return { key: whole, unit: unit === '' ? null : unit, kind: kindOf(key, unit, written) };
}

function kindOf(key: string, unit: string, written: string): PlaceKind {
	const text = `${written.normalize('NFKC')} ${key}`;
	if (/集群|托管|商务秘书|秘书(公司|企业)|住所服务|一址多照|虚拟/.test(text)) return 'cluster';
	if (new RegExp(desk).test(text) || /孵化|众创|创客|创业园|产业园|科技园|软件园|电商园|电商产业|创意园|总部基地|双创/.test(text)) return 'park';
	if (/市场|商场|商城|步行街|商业街|商业广场|购物中心|百货|美食城|建材城|家居城|铺|摊位|柜台|档口|门面|店面/.test(text)) return 'market';
	if (/(村|社区|屯|庄|组)[^路街道巷弄]*?(组|队|号|[0-9]+)?$/.test(key) && !/(大厦|幢|层|广场|中心)/.test(key)) return 'village';
	if (/大厦|写字楼|商务|中心|广场|大楼|国际|层/.test(text) || (/幢/.test(key) && unit !== '')) return 'tower';
	return 'house';
}

/** Whether many who have nothing to do with each other register there. */
export const isCrowd = (kind: PlaceKind): boolean => kind !== 'village' && kind !== 'house';

/** What a place was seen to do in the year before. */
type PlaceFacts = {
	readonly registrations: number;
	/** Quarters of the year that had any. */
	readonly quarters: number;
	/** Different rooms or desks. */
	readonly units: number;
	readonly industries: number;
	/** Share of them that is cancelled again. */
	readonly gone: number;
};

/** So many a year, in most quarters, are a habit that a house has not. */
const busyYear = 12;

/**
 * The kind of a place by its words and by what it did: a plain house number can be a tower, a market or an address that registers
 * whoever comes. What mostly disappears again earns no such trust.
 */
export function settledKind(kind: PlaceKind, { registrations, quarters, units, industries, gone }: PlaceFacts): PlaceKind {
	if (isCrowd(kind) || registrations < busyYear || quarters < 3 || gone > 0.5) return kind;
	if (units < registrations / 4) return 'cluster';
	return industries <= 3 ? 'market' : 'tower';
}
