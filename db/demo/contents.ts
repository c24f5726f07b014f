import type { Attributes } from './attributes.ts';
import { dayText, type DayFacts, type Frame } from './frame.ts';
import type { Population } from './population.ts';
import { below, pick, pickCumulative, type Random } from './random.ts';
import { changeItems, complaintChannels, complaintTypes } from './words.ts';

/** What an event's content is made from; the register still shows the state before the event. */
export type ContentInput = {
	readonly kind: string;
	readonly item: string | null;
	/** Negative for nobody registered. */
	readonly enterprise: number;
	readonly county: number;
	readonly facts: DayFacts;
	readonly frame: Frame;
	readonly population: Population;
	readonly attributes: Attributes;
	readonly random: Random;
	readonly plannedContent: Readonly<Record<string, unknown>> | undefined;
	readonly newPerson: number | undefined;
	readonly newAddress: number | undefined;
};

const changeWeights = cumulative(changeItems.map((entry) => entry[1]));
const divisionTypes = new Map<string, Float64Array>();

function cumulative(weights: readonly number[]): Float64Array {
	let sum = 0;
	return Float64Array.from(weights, (weight) => (sum += weight));
}

function typeWeights(division: string): Float64Array {
	let weights = divisionTypes.get(division);
	if (weights === undefined) {
		weights = cumulative(complaintTypes.map(([, weight, factors]) => weight * ((factors as Readonly<Record<string, number>>)[division] ?? 1)));
		divisionTypes.set(division, weights);
	}
	return weights;
}

const items: Readonly<Record<string, readonly string[]>> = {
	filing: ['章程备案', '董事监事备案', '联络员备案', '分公司备案'],
	confirmation: ['股权登记确认', '计量检定确认', '产品质量鉴定确认'],
	penalty: ['罚款', '罚款', '警告', '没收违法所得', '责令停产停业'],
	'compulsory-measure': ['查封', '扣押', '先行登记保存'],
	pledge: ['股权出质', '股权出质', '知识产权出质'],
	'abnormal-list': ['通过登记的住所（经营场所）无法联系'],
	'serious-violation': ['列入严重违法失信名单']
};

/** What exactly happened; null where a kind has no finer item. */
export function itemOf(kind: string, frame: Frame, population: Population, enterprise: number, random: Random): string | null {
	if (kind === 'change') return changeItems[pickCumulative(random, changeWeights)]?.[0] ?? null;
	if (kind === 'complaint') {
		const division = enterprise < 0 ? (-1 - enterprise) % frame.divisions.length : (population.division[enterprise] as number);
		return complaintTypes[pickCumulative(random, typeWeights(frame.divisions[division] as string))]?.[0] ?? null;
	}
	if (kind === 'licence') return licenceOf(frame.divisions[population.division[enterprise] as number] as string);
	const list = items[kind];
	return list === undefined ? null : pick(random, list);
}

function licenceOf(division: string): string {
	if (['C13', 'C14', 'C15'].includes(division)) return '食品生产许可';
	if (['H61', 'H62', 'F52', 'P83'].includes(division)) return '食品经营许可';
	if (['C27', 'C35', 'Q84', 'F51'].includes(division)) return '医疗器械经营许可';
	return division.startsWith('C') || division.startsWith('D') ? '特种设备使用登记' : '计量标准器具核准';
}

/** The content of an event, with the field names of `src/lib/intake/kinds/kinds.ts`. */
export function content(input: ContentInput): Readonly<Record<string, unknown>> {
	return { ...own(input), ...input.plannedContent };
}

function own(input: ContentInput): Readonly<Record<string, unknown>> {
	const { kind, item, enterprise: i, county, facts, frame, population, attributes, random } = input;
	const place = frame.countyName.get(frame.counties[county] as string) ?? '';
	const authority = `${place}市场监督管理局`;
	switch (kind) {
		case 'registration':
			return {
				name: attributes.name(i),
				enterpriseType: attributes.enterpriseType(i),
				address: attributes.addressText(county, population.address[i] as number, i),
				capital: `${attributes.capital(i)}万元人民币`
			};
		case 'change':
			return changed(input);
		case 'complaint':
			return complained(input);
		case 'cancellation':
			return { reason: pick(random, ['决议解散', '经营期限届满', '其他原因']) };
		case 'penalty':
			return { authority, amount: 100 * Math.round(Math.exp(3 + 4 * random())), reason: pick(random, offences) };
		case 'inspection':
			return { ...inspected(input), authority };
		case 'annual-report':
			return { year: Number(facts.day.slice(0, 4)) - 1 };
		case 'investment':
			return { investee: attributes.uscc(below(random, population.firstNew)), amountWan: 10 * (1 + below(random, 200)) };
		case 'licence':
			return { authority, validUntil: dayText(facts.number + 365 * 5) };
		case 'pledge':
			return { amountWan: 50 * (1 + below(random, 100)) };
		case 'confirmation':
			return { authority, result: '予以确认' };
		case 'compulsory-measure':
			return { authority, reason: pick(random, offences) };
		case 'abnormal-list':
		case 'serious-violation':
			return { authority, reason: item };
		case 'filing':
			return {};
		default:
			throw new Error(`the demo has no content for ${kind}`);
	}
}

const offences = ['未按规定明码标价', '经营超过保质期的食品', '使用未经检定的计量器具', '虚假或引人误解的宣传', '未按规定办理变更登记', '销售不符合标准的产品'] as const;

function changed({ item, enterprise: i, county, population, attributes, newPerson, newAddress }: ContentInput): Readonly<Record<string, unknown>> {
	switch (item) {
		case 'legal-representative':
			return { before: attributes.personName(population.person[i] as number), after: attributes.personName(newPerson ?? population.nextId) };
		case 'address':
			return {
				before: attributes.addressText(county, population.address[i] as number),
				after: attributes.addressText(county, newAddress ?? population.nextId)
			};
		case 'capital': {
			const step = population.capitalStep[i] as number;
			return { before: `${attributes.capital(i, step)}万元`, after: `${attributes.capital(i, Math.min(4, step + 1))}万元` };
		}
		case 'name': {
			const step = population.nameStep[i] as number;
			return { before: attributes.name(i, step), after: attributes.name(i, Math.min(4, step + 1)) };
		}
		case 'scope': {
			const step = population.scopeStep[i] as number;
			return { before: attributes.scope(i, step), after: attributes.scope(i, Math.min(4, step + 1)) };
		}
		default:
			return {
				before: attributes.personName(population.person[i] as number),
				after: `${attributes.personName(newPerson ?? population.nextId)}、${attributes.personName(i ^ 0x5a5a5a)}`
			};
	}
}

function complained({ item, enterprise, county, frame, attributes, random }: ContentInput): Readonly<Record<string, unknown>> {
	const common = { channel: pick(random, complaintChannels), description: `反映${item ?? '消费'}问题` };
	if (enterprise >= 0) return common;
	const place = frame.countyName.get(frame.counties[county] as string) ?? '';
	return { ...common, name: `${place}某店（${attributes.personName(below(random, 1_000_000))}经营）` };
}

const findings = [
	['no-problem', 58], ['annual-report-missing', 4], ['disclosure-missing', 6], ['disclosure-false', 2], ['unreachable', 7],
	['ordered-to-correct', 14], ['uncooperative', 0.5], ['no-activity', 5], ['follow-up', 3.5]
] as const;

function inspected({ enterprise, population, random }: ContentInput): Readonly<Record<string, unknown>> {
	// The wicked are found out more often.
	const lean = Math.exp(-0.5 * (population.risk[enterprise] as number));
	const weights = cumulative(findings.map(([result, weight]) => (result === 'no-problem' ? weight * lean : weight)));
	const path = random();
	return {
		result: findings[pickCumulative(random, weights)]?.[0],
		path: path < 0.62 ? 'random' : path < 0.72 ? 'joint' : path < 0.88 ? 'campaign' : 'lead-check'
	};
}
