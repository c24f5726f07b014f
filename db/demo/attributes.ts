import type { Frame } from './frame.ts';
import { castIds, type Population } from './population.ts';
import { labelSeed, mix, mixUnit } from './random.ts';
import { composeUscc } from './uscc.ts';
import { brandSyllables, companyForms, givenCharacters, streetForms, streetSyllables, surnames, trades } from './words.ts';

/** Texts of an enterprise, all of them functions of its numbers: nothing of this is kept in memory. */
export type Attributes = {
	readonly uscc: (i: number) => string;
	readonly name: (i: number, step?: number) => string;
	readonly enterpriseType: (i: number) => string;
	readonly industry: (i: number) => string;
	readonly personName: (person: number) => string;
	/** With an enterprise, as that one wrote it: what the cast shares is written in several ways. */
	readonly addressText: (county: number, address: number, enterprise?: number) => string;
	readonly phoneText: (county: number, phone: number) => string;
	/** Registered capital in 万元. */
	readonly capital: (i: number, step?: number) => number;
	readonly scope: (i: number, step?: number) => string;
};

/** Cumulative shares of surnames: the first ones are borne by a fifth of all. */
const surnameWeights = surnames.map((_, rank) => 1 / Math.pow(rank + 4, 0.9));
const surnameTotal = surnameWeights.reduce((sum, weight) => sum + weight, 0);

/** Area codes of the thirteen cities. No local number begins with 0, so that none of ours can ring anywhere. */
const areaCodes: Readonly<Record<string, string>> = {
	'3201': '025', '3202': '0510', '3203': '0516', '3204': '0519', '3205': '0512', '3206': '0513', '3207': '0518',
	'3208': '0517', '3209': '0515', '3210': '0514', '3211': '0511', '3212': '0523', '3213': '0527'
};

const capitals = [1, 3, 5, 10, 10, 20, 30, 50, 50, 50, 100, 100, 100, 100, 200, 200, 300, 500, 500, 600, 1000, 1000, 1008, 2000, 3000, 5000, 10000] as const;

/** One place in five ways of writing: clerks and agents do not agree. */
function variant(text: string, which: number): string {
	switch (which % 5) {
		case 1:
			return text.replace('号楼', '幢');
		case 2:
			return text.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));
		case 3:
			return text.replace('江苏省', '').replace(/室$/, '');
		case 4:
			return text.replace('号楼', '栋');
		default:
			return text;
	}
}

/** Binds the texts to a frame and its population. */
export function makeAttributes(frame: Frame, population: Population): Attributes {
	const { county, division, classIndex, regular, cast } = population;
	const seeds = {
		person: labelSeed(frame.seed, 'person'),
		address: labelSeed(frame.seed, 'address'),
		name: labelSeed(frame.seed, 'name'),
		capital: labelSeed(frame.seed, 'capital'),
		phone: labelSeed(frame.seed, 'phone')
	};
	const divisionOf = (i: number) => frame.divisions[division[i] as number] as string;
	const countyCode = (c: number) => frame.counties[c] as string;
	const cityName = (c: number) => frame.countyName.get(frame.cities[frame.cityOf[c] as number] as string) ?? '';
	const form = (i: number) => {
		let u = mixUnit(seeds.name ^ 0x51ab, i) * 100;
		for (const entry of companyForms) {
			u -= entry[2];
			if (u < 0) return entry;
		}
		return companyForms[0];
	};
	const cooperative = (i: number) => i < regular && divisionOf(i).startsWith('A') && mixUnit(seeds.name ^ 0x77, i) < 0.4;
	return {
		uscc: (i) => composeUscc(cooperative(i) ? '93' : '91', countyCode(county[i] as number), i, frame.seed),
		name: (i, step = population.nameStep[i] as number) => {
			const member = cast[i - regular];
			if (member?.name !== undefined && step === 0) return member.name;
			const h = mix(seeds.name + step * 7919, i);
			const syllable = (shift: number) => brandSyllables[mix(h, shift) % brandSyllables.length] as string;
			const brand = syllable(1) + syllable(2) + (mixUnit(h, 3) < 0.35 ? syllable(4) : '');
			const key = divisionOf(i);
			const words = trades[key] ?? trades[key.slice(0, 1)] ?? ['商务'];
			// The trade stays when a company takes a new name.
			const trade = words[mix(seeds.name, i ^ 0x3c3c) % words.length] as string;
			if (cooperative(i)) return `${cityName(county[i] as number)}${brand}${trade}专业合作社`;
			return `${cityName(county[i] as number)}${brand}${trade}${form(i)[0]}`;
		},
		enterpriseType: (i) => (cooperative(i) ? '农民专业合作社' : form(i)[1]),
		industry: (i) => (frame.classes[division[i] as number] as readonly string[])[classIndex[i] as number] as string,
		personName: (person) => {
			let u = mixUnit(seeds.person, person) * surnameTotal;
			let rank = 0;
			while (rank < surnames.length - 1 && (u -= surnameWeights[rank] as number) > 0) rank++;
			const h = mix(seeds.person ^ 0x1d1d, person);
			const given = (shift: number) => givenCharacters[mix(h, shift) % givenCharacters.length] as string;
			return (surnames[rank] as string) + given(1) + (mixUnit(h, 2) < 0.86 ? given(3) : '');
		},
		addressText: (c, address, enterprise) => {
			const h = mix(seeds.address, address);
			const a = streetSyllables[mix(h, 1) % streetSyllables.length] as string;
			const b = streetSyllables[mix(h, 2) % streetSyllables.length] as string;
			const street = a + b + (streetForms[mix(h, 3) % streetForms.length] as string);
			const place = `江苏省${cityName(c)}${frame.countyName.get(countyCode(c)) ?? ''}${street}${1 + (mix(h, 4) % 888)}号`;
			if (address >= castIds) return variant(`${place}${1 + (mix(h, 6) % 12)}号楼${201 + (mix(h, 7) % 20)}室`, enterprise ?? 0);
			const kind = mixUnit(h, 5);
			if (kind < 0.35) return place;
			if (kind < 0.7) return `${place}${1 + (mix(h, 6) % 28)}幢${101 + (mix(h, 7) % 20) + 100 * (mix(h, 8) % 18)}室`;
			return `${place}${1 + (mix(h, 6) % 12)}号楼${1 + (mix(h, 7) % 24)}层`;
		},
		phoneText: (c, phone) =>
			`${areaCodes[countyCode(c).slice(0, 4)] ?? '025'}-0${String(mix(seeds.phone, phone) % 10_000_000).padStart(7, '0')}`,
		capital: (i, step = population.capitalStep[i] as number) => {
			let capital = capitals[mix(seeds.capital, i) % capitals.length] as number;
			for (let k = 1; k <= step; k++) capital = mixUnit(seeds.capital + k, i) < 0.85 ? capital * 2 : Math.max(1, Math.round(capital / 2));
			return capital;
		},
		scope: (i, step = population.scopeStep[i] as number) => {
			const key = divisionOf(i);
			const words = trades[key] ?? trades[key.slice(0, 1)] ?? ['商务'];
			const main = words[mix(seeds.name, i ^ 0x3c3c) % words.length] as string;
			const further = ['信息咨询服务', '货物进出口', '技术推广服务', '会议及展览服务', '互联网销售', '国内贸易代理', '仓储服务'];
			const items = Array.from({ length: 2 + step }, (_, k) => further[mix(seeds.name + k, i) % further.length] as string);
			return `${main}；${[...new Set(items)].join('；')}（依法须经批准的项目，经相关部门批准后方可开展经营活动）`;
		}
	};
}
