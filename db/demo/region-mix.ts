import { labelSeed, mixUnit } from './random.ts';

/** Share of the province's enterprises by city (first four digits), in percent, and how industrial the city is. */
const cityMix: Readonly<Record<string, { readonly share: number; readonly industry: number; readonly farming: number }>> = {
	'3201': { share: 16.5, industry: 0.6, farming: 0.6 },
	'3202': { share: 11, industry: 1.3, farming: 0.5 },
	'3203': { share: 8.5, industry: 0.8, farming: 1.6 },
	'3204': { share: 7.2, industry: 1.4, farming: 0.6 },
	'3205': { share: 20.5, industry: 1.3, farming: 0.4 },
	'3206': { share: 8.8, industry: 1.1, farming: 1 },
	'3207': { share: 3.6, industry: 0.7, farming: 1.9 },
	'3208': { share: 3.9, industry: 0.7, farming: 1.9 },
	'3209': { share: 5.2, industry: 0.9, farming: 2 },
	'3210': { share: 4.6, industry: 1.1, farming: 1.1 },
	'3211': { share: 3.4, industry: 1.2, farming: 0.9 },
	'3212': { share: 3.9, industry: 1.2, farming: 1.3 },
	'3213': { share: 4.4, industry: 0.8, farming: 1.9 }
};

/** Counties well above the average of their city. */
const large: Readonly<Record<string, number>> = {
	'320115': 2.2, '320104': 1.5, '320106': 1.5, '320214': 1.6, '320281': 2, '320412': 2.3, '320411': 1.8, '320505': 1.1, '320506': 1.4, '320509': 1.6,
	'320571': 1.7, '320583': 2.3, '320582': 1.5, '320581': 1.5, '320613': 2, '320312': 1.5, '321003': 1.7, '321181': 1.8, '321283': 1.5, '321322': 2
};

/** Share of the province's enterprises in each county; the shares add up to 1. */
export function countyShares(codes: readonly string[], zones: ReadonlySet<string>): Float64Array {
	const raw = codes.map((code) => {
		const wobble = 0.65 + 0.7 * mixUnit(labelSeed(7, code), 11);
		return (large[code] ?? 1) * wobble * (zones.has(code) ? 0.55 : 1);
	});
	const cityTotal = new Map<string, number>();
	codes.forEach((code, i) => cityTotal.set(code.slice(0, 4), (cityTotal.get(code.slice(0, 4)) ?? 0) + (raw[i] as number)));
	const shares = codes.map((code, i) => {
		const city = code.slice(0, 4);
		return ((cityMix[city]?.share ?? 1) * (raw[i] as number)) / (cityTotal.get(city) as number);
	});
	const total = shares.reduce((sum, share) => sum + share, 0);
	return Float64Array.from(shares, (share) => share / total);
}

/** How much more often a division occurs in a city than in the province, with a small wobble of each county's own. */
export function divisionTilt(county: string, division: string): number {
	const city = cityMix[county.slice(0, 4)];
	const section = division.slice(0, 1);
	// Wujin is made a town of gyms: the planted chain needs a trade around it that a draw can be made from.
	if (county === '320412' && division === 'R89') return 12;
	const tilt = section === 'C' ? (city?.industry ?? 1) : section === 'A' ? (city?.farming ?? 1) : 1;
	return tilt * (0.7 + 0.6 * mixUnit(labelSeed(13, county), labelSeed(17, division)));
}
