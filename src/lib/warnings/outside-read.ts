import { isDay } from '#lib/calendar/days.ts';
import { normaliseUscc, usccFault } from '#lib/enterprises/uscc.ts';
import type { Level } from './levels.ts';
import type { OutsideSaid } from './outside.ts';

/** Longest texts, in characters: a warning's page is no library. */
export const outsideLimits = { id: 100, title: 120, description: 4_000, link: 500, item: 40 } as const;

export const outsideFaults = [
	'not-json', 'not-object', 'unknown-field', 'missing', 'not-text', 'too-long', 'not-a-level', 'not-a-day', 'future-day', 'days-reversed', 'not-a-state',
	'not-a-link', 'about-both', 'about-nothing', 'bad-uscc', 'industry-alone', 'id-twice', 'unknown-enterprise', 'unknown-region', 'unknown-industry',
	'unknown-item', 'outside-jurisdiction', 'about-changed', 'never-reported'
] as const;
export type OutsideFault = { readonly reason: (typeof outsideFaults)[number]; readonly field: string | null; readonly value?: string };

const fields = ['id', 'title', 'level', 'item', 'uscc', 'region', 'industry', 'occurredOn', 'raisedOn', 'description', 'link', 'state'] as const;
type Field = (typeof fields)[number];
const textFields = ['id', 'title', 'description', 'link', 'item'] as const;

/** The four words of ours (内部预警等级), as codes or as people write them. */
const levelWords: Readonly<Record<string, Level>> = {
	red: 'red', orange: 'orange', yellow: 'yellow', blue: 'blue', 红: 'red', 橙: 'orange', 黄: 'yellow', 蓝: 'blue',
	红色: 'red', 橙色: 'orange', 黄色: 'yellow', 蓝色: 'blue'
};

/** Control characters and those that turn the direction of what follows: text that would not show as what it is. */
const unseen = /[\u0000-\u0008\u000b-\u001f\u007f\u200b\u202a-\u202e\u2066-\u2069\ufeff]/g;

/**
 * Reads one warning of an outside platform, or says what is wrong with it: the first fault, with the field and what stood there.
 *
 * @param today the day in Asia/Shanghai: nothing was raised later.
 */
export function readOutside(row: unknown, today: string): { readonly ok: true; readonly said: OutsideSaid } | { readonly ok: false; readonly fault: OutsideFault } {
	const no = (reason: OutsideFault['reason'], field: string | null, value?: unknown) =>
		({ ok: false, fault: { reason, field, ...(value === undefined ? {} : { value: String(value).slice(0, 60) }) } }) as const;
	if (typeof row !== 'object' || row === null || Array.isArray(row)) return no('not-object', null);
	const given = new Map<Field, string>();
	for (const [name, value] of Object.entries(row)) {
		const field = fields.find((one) => one === name);
		if (field === undefined) return no('unknown-field', name.slice(0, 60));
		if (value === null || value === undefined) continue;
		if (typeof value !== 'string') return no('not-text', field, JSON.stringify(value));
		const text = value.toWellFormed().replace(unseen, field === 'description' ? ' ' : '').trim();
		if (text !== '') given.set(field, text);
	}
	for (const field of ['id', 'title', 'level', 'raisedOn'] as const) if (!given.has(field)) return no('missing', field);
	for (const field of textFields) if ([...(given.get(field) ?? '')].length > outsideLimits[field]) return no('too-long', field);
	const level = levelWords[given.get('level')!];
	if (level === undefined) return no('not-a-level', 'level', given.get('level'));
	const state = given.get('state') ?? 'open';
	if (state !== 'open' && state !== 'ended') return no('not-a-state', 'state', state);
	const [raisedOn, occurredOn] = [given.get('raisedOn')!, given.get('occurredOn') ?? null];
	for (const [field, day] of [['raisedOn', raisedOn], ['occurredOn', occurredOn]] as const) {
		if (day !== null && !isDay(day)) return no('not-a-day', field, day);
		if (day !== null && day > today) return no('future-day', field, day);
	}
	if (occurredOn !== null && occurredOn > raisedOn) return no('days-reversed', 'occurredOn', occurredOn);
	const link = given.get('link') ?? null;
	if (link !== null && !/^https?:\/\/[^\s/]+/i.test(link)) return no('not-a-link', 'link', link);
	const [region, industry] = [given.get('region') ?? null, given.get('industry') ?? null];
	const uscc = given.has('uscc') ? normaliseUscc(given.get('uscc')!) : null;
	if (uscc !== null && (region ?? industry) !== null) return no('about-both', 'uscc');
	if (uscc === null && region === null) return industry === null ? no('about-nothing', null) : no('industry-alone', 'region');
	if (uscc !== null && usccFault(uscc) !== null) return no('bad-uscc', 'uscc', uscc);
	return {
		ok: true,
		said: {
			id: given.get('id')!, title: given.get('title')!, level, item: given.get('item') ?? null, uscc, region, industry: uscc === null ? (industry ?? '*') : null,
			occurredOn, raisedOn, description: given.get('description') ?? null, link, ended: state === 'ended'
		}
	};
}
